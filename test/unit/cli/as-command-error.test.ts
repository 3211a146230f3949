import { expect, test } from 'vitest';
import { asCommandError } from '../../../src/cli/as-command-error.ts';
import { CommandError } from '../../../src/cli/command-error.ts';
import { EnvironmentError } from '../../../src/harness/environment-error.ts';
import { ApiError, ApiUnreachable, ManifestRefused } from '../../../src/harness/kubernetes/api-error.ts';

test.each([
  [new EnvironmentError('Docker is missing.'), 'Docker is missing.'],
  [
    new ApiUnreachable('own', 'ECONNREFUSED'),
    'The API server of the cluster own does not answer (ECONNREFUSED); sim cluster status tells how it is.',
  ],
  [
    new ApiError(422, 'provided port is already allocated'),
    'The API server refused a call: provided port is already allocated',
  ],
])('%s is the environment’s, in one line', (error, line) => {
  expect(asCommandError(error)).toEqual(new CommandError(3, line));
});

test('a manifest that is not taken is the user’s', () => {
  const line = 'The API server refuses deployment/web: spec.template: Required value';
  expect(asCommandError(new ManifestRefused(line))).toEqual(new CommandError(2, line));
});

test('anything else is a bug, as it is', () => {
  const error = new TypeError('undefined is not a function');
  expect(asCommandError(error)).toBe(error);
});
