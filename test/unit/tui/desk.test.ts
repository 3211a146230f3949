import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { LiveRunner } from '../../../src/predict/live-runner.ts';
import { simulate } from '../../../src/model/simulate.ts';
import { summarizeRun } from '../../../src/predict/run-summary.ts';
import { Desk } from '../../../src/tui/desk.ts';
import type { Message } from '../../../src/tui/message.ts';
import type { ScenarioSource } from '../../../src/tui/source.ts';
import { load, NAME, SCENARIO } from './fixture.ts';

const SOURCE: ScenarioSource = {
  names: [NAME],
  describe: () => ({ description: '', teaches: '' }),
  read: () => ({ scenario: SCENARIO, sources: { line: () => null, field: () => null }, load }),
};

function deskWith(runner: LiveRunner) {
  const sent: Message[] = [];
  const crashes: unknown[] = [];
  const desk = new Desk({
    source: SOURCE,
    runner,
    runs: 4,
    seed: 1,
    send: (message) => sent.push(message),
    pause: async () => setImmediate(),
    later: () => undefined,
    quit: () => undefined,
    crash: (error) => crashes.push(error),
  });
  return { desk, sent, crashes };
}

/** A desk whose runs never end by themselves; tells which are still wanted. */
function deskWithEndlessRuns() {
  const signals: AbortSignal[] = [];
  const until = async (signal: AbortSignal): Promise<never> =>
    new Promise((_, reject) => {
      signals.push(signal);
      signal.addEventListener('abort', () => {
        reject(signal.reason as Error);
      });
    });
  const desk = deskWith({
    runs: async ({ signal }) => until(signal),
    view: async ({ signal }) => until(signal),
    close: async () => undefined,
  });
  return { ...desk, wanted: () => signals.filter(({ aborted }) => !aborted).length, signals };
}

/** A desk each of whose runs ends at once; tells how many were asked for. */
function deskWithQuickRuns() {
  const run = summarizeRun(simulate(SCENARIO, { seed: 1, detail: 'summary' }));
  let asked = 0;
  const desk = deskWith({
    runs: async ({ seeds }, onRun) => {
      asked += seeds.length;
      seeds.forEach((_, index) => {
        onRun(run, index);
      });
    },
    view: async () => Promise.reject(new Error('no picture is asked for')),
    close: async () => undefined,
  });
  return { ...desk, asked: () => asked };
}

describe('the desk', () => {
  it('leaves nothing under way once it is closed, and takes that for no mistake', async () => {
    const { desk, crashes, wanted, signals } = deskWithEndlessRuns();
    desk.perform({ kind: 'view', generation: 1, scenario: SCENARIO, isShown: true });
    desk.perform({ kind: 'predict', slot: 'baseline', generation: 1, scenario: SCENARIO });
    expect(signals).toHaveLength(3);
    expect(wanted()).toBe(3);
    desk.close();
    expect(wanted()).toBe(0);
    await setImmediate();
    expect(crashes).toEqual([]);
  });

  it('drops what a new configuration makes stale, and keeps the runs of the scenario as it is', async () => {
    const { desk, sent, wanted } = deskWithEndlessRuns();
    desk.perform({ kind: 'open', name: NAME });
    await setImmediate();
    await setImmediate();
    expect(sent.map(({ kind }) => kind)).toEqual(['opened']);
    desk.perform({ kind: 'predict', slot: 'baseline', generation: 1, scenario: SCENARIO });
    desk.perform({ kind: 'predict', slot: 'after', generation: 2, scenario: SCENARIO });
    expect(wanted()).toBe(4);
    desk.perform({ kind: 'configure', generation: 3, fixes: [], turned: { maxSurge: '3' } });
    expect(wanted()).toBe(2);
    await setImmediate();
    await setImmediate();
    expect(sent.map(({ kind }) => kind)).toEqual(['opened', 'configured']);
  });

  it('shows the first two runs as each of them ends, and the last ones together', async () => {
    const { desk, sent } = deskWithQuickRuns();
    desk.perform({ kind: 'predict', slot: 'after', generation: 1, scenario: SCENARIO });
    await setImmediate();
    expect(sent.map((message) => (message.kind === 'ran' ? message.runs.length : 0))).toEqual([1, 1, 2]);
  });

  it('makes no run a second time of a scenario that it has just predicted', async () => {
    const { desk, sent, asked } = deskWithQuickRuns();
    desk.perform({ kind: 'predict', slot: 'after', generation: 1, scenario: SCENARIO });
    await setImmediate();
    const before = asked();
    expect(before).toBe(4);
    sent.length = 0;
    desk.perform({ kind: 'predict', slot: 'after', generation: 2, scenario: SCENARIO });
    expect(asked()).toBe(before);
    expect(sent).toMatchObject([{ kind: 'ran', slot: 'after', generation: 2 }]);
    expect(sent.flatMap((message) => (message.kind === 'ran' ? message.runs : []))).toHaveLength(4);
  });
});
