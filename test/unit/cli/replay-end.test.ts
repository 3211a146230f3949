/** What is said at the end of a replay: nothing is claimed to be gone that may be left. */
import { describe, expect, test } from 'vitest';
import { asCommandError } from '../../../src/cli/as-command-error.ts';
import type { Context } from '../../../src/cli/context.ts';
import { tellEnd, type ReplayEnd } from '../../../src/cli/replay-end.ts';
import { EnvironmentError } from '../../../src/harness/environment-error.ts';
import type { RunRecord } from '../../../src/record.ts';
import type { Failure, Stage } from '../../../src/harness/experiment/experiment.machine.ts';

const INTERRUPTION = new Error('This operation was aborted');
const NO_FAILURE = { failure: null, recoverFailure: null, cleanUpFailure: null };
const NO_RECORD = { record: null, recordFile: null, peakRateRps: null };

function failed(stage: Stage, error: Error): Failure {
  return { stage, error };
}

/** @returns the exit code, or the error that says it, and what was written to standard error */
function told(
  end: Partial<ReplayEnd>,
  interrupted = false,
): { readonly code: unknown; readonly words: string } {
  const stop = new AbortController();
  if (interrupted) stop.abort(INTERRUPTION);
  let words = '';
  const context = {
    printError: (text: string) => {
      words += text;
    },
    signal: stop.signal,
  } as unknown as Context;
  try {
    return { code: tellEnd(context, { ...NO_FAILURE, ...NO_RECORD, ...end }, false), words };
  } catch (error) {
    return { code: error, words };
  }
}

describe('a replay that was interrupted', () => {
  const failure = failed('watch', INTERRUPTION);

  test('and undid everything says that nothing is left', () => {
    expect(told({ failure }, true)).toEqual({
      code: 130,
      words: 'Interrupted while watching; nothing of it is left running.\n',
    });
  });

  test.each([
    ['recoverFailure', 'recover', 'docker unpause failed: the daemon is busy'],
    ['cleanUpFailure', 'cleanUp', 'The namespace rollout-sim is not gone after 90 s.'],
  ] as const)('with a %s names it, and claims no such thing', (kind, stage, line) => {
    expect(told({ failure, [kind]: failed(stage, new EnvironmentError(line)) }, true)).toEqual({
      code: 130,
      words: `${line}\nInterrupted while watching; see above for what is left of it.\n`,
    });
  });
});

describe('a replay that failed', () => {
  test('names what could not be undone beside it, each once', () => {
    const gone = new EnvironmentError('The API server does not answer.');
    const dead = 'The load generator ended before its time (SIGKILL).';
    const { code, words } = told({
      failure: failed('watch', new EnvironmentError(dead)),
      recoverFailure: failed('recover', gone),
      cleanUpFailure: failed('cleanUp', gone),
    });
    expect(words).toBe('The API server does not answer.\n');
    expect(code).toMatchObject({ exitCode: 3, message: dead });
  });

  test('to undo its faults alone ends with the exit code of the environment', () => {
    const recoverFailure = failed('recover', new Error('docker start failed'));
    expect(told({ recoverFailure })).toEqual({ code: 3, words: 'docker start failed\n' });
  });

  test('in nothing ends well', () => {
    expect(told({})).toEqual({ code: 0, words: '' });
  });
});

test('the JSON of a replay names its schema and its record', () => {
  let printed = '';
  const context = {
    print: (text: string) => {
      printed += text;
    },
    signal: new AbortController().signal,
  } as unknown as Context;
  const record = { scenario: { name: 'web' }, totals: { failed: 0 } } as unknown as RunRecord;
  expect(tellEnd(context, { ...NO_FAILURE, ...NO_RECORD, record, recordFile: 'web.json' }, true)).toBe(0);
  expect(JSON.parse(printed)).toEqual({
    schema: 'rollout-sim/replay/v1',
    record: 'web.json',
    scenario: { name: 'web' },
    totals: { failed: 0 },
  });
});

test('an error of the program itself is passed on', () => {
  const bug = new TypeError('x is undefined');
  expect(asCommandError(bug)).toBe(bug);
});
