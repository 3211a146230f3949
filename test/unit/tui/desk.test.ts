import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { LiveRunner } from '../../../src/predict/live-runner.ts';
import { Desk } from '../../../src/tui/desk.ts';
import type { Message } from '../../../src/tui/message.ts';
import type { ScenarioSource } from '../../../src/tui/source.ts';
import { load, NAME, SCENARIO } from './fixture.ts';

const SOURCE: ScenarioSource = {
  names: [NAME],
  describe: () => ({ description: '', teaches: '' }),
  read: () => ({ scenario: SCENARIO, sources: { line: () => null, field: () => null }, load }),
};

/** A desk whose runs never end by themselves; tells which are still wanted. */
function deskWithEndlessRuns() {
  const signals: AbortSignal[] = [];
  const crashes: unknown[] = [];
  const sent: Message[] = [];
  const until = async (signal: AbortSignal): Promise<never> =>
    new Promise((_, reject) => {
      signals.push(signal);
      signal.addEventListener('abort', () => {
        reject(signal.reason as Error);
      });
    });
  const runner: LiveRunner = {
    runs: async ({ signal }) => until(signal),
    view: async ({ signal }) => until(signal),
    close: async () => undefined,
  };
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
  return { desk, sent, crashes, wanted: () => signals.filter(({ aborted }) => !aborted).length, signals };
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
});
