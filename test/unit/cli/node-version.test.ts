import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { nodeVersionProblem } from '../../../src/cli/node-version.ts';

describe('nodeVersionProblem', () => {
  it.each(['20.20.2', '22.18.0', '18.0.0'])('%s is too old', (version) => {
    expect(nodeVersionProblem(version)).toMatch(
      new RegExp(`needs Node.js 22.19 or newer; this is ${version}`, 'u'),
    );
  });

  it.each(['22.19.0', '22.23.2', '24.0.0', '26.10.0'])('%s will do', (version) => {
    expect(nodeVersionProblem(version)).toBeNull();
  });

  it('asks for what the package promises', () => {
    const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
      engines: { node: string };
    };
    expect(manifest.engines.node).toBe('>=22.19');
  });
});
