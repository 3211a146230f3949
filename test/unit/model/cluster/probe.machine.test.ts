import { initialTransition, transition } from 'xstate';
import { describe, expect, it } from 'vitest';
import type { ProbeKind } from '../../../../src/model/cluster/container-runtime.ts';
import {
  isSettledBy,
  probeMachine,
  type ProbeEvent,
  type ProbeSnapshot,
} from '../../../../src/model/cluster/probe.machine.ts';

/** `+` and `-` are answers, `n` a new container. */
function walk(
  kind: ProbeKind,
  word: string,
  {
    successThreshold = 1,
    failureThreshold = 3,
  }: { successThreshold?: number; failureThreshold?: number } = {},
): ProbeSnapshot {
  let [snapshot] = initialTransition(probeMachine, { kind, successThreshold, failureThreshold });
  let instance = -1;
  const events: Record<string, () => ProbeEvent> = {
    '+': () => ({ type: 'answer', success: true }),
    '-': () => ({ type: 'answer', success: false }),
    n: () => ({ type: 'container.new', instance: ++instance }),
    d: () => ({ type: 'container.down' }),
    e: () => ({ type: 'container.ended' }),
    t: () => ({ type: 'pod.terminating' }),
    f: () => ({ type: 'pod.finished' }),
  };
  for (const letter of word) {
    const event = events[letter]?.();
    if (event === undefined) throw new Error(`no event ${letter}`);
    [snapshot] = transition(probeMachine, snapshot, event);
  }
  return snapshot;
}

describe('the probe’s statechart', () => {
  it.each([
    ['liveness', 'Success'],
    ['readiness', 'Failure'],
    ['startup', 'Unknown'],
  ] as const)('%s begins each container at %s', (kind, result) => {
    expect(walk(kind, '').context.result).toBeNull();
    expect(walk(kind, 'n').context).toMatchObject({ instance: 0, result });
    expect(walk(kind, 'nn').context).toMatchObject({ instance: 1, result });
  });

  it.each([
    ['readiness', 'n--', 'Failure', 'probing'],
    ['readiness', 'n+--', 'Success', 'probing'],
    ['readiness', 'n+---', 'Failure', 'probing'],
    ['readiness', 'n+--+--', 'Success', 'probing'],
    ['readiness', 'n+---+', 'Success', 'probing'],
    ['liveness', 'n--', 'Success', 'probing'],
    ['liveness', 'n---', 'Failure', 'onHold'],
    ['liveness', 'n---+', 'Failure', 'onHold'],
    ['liveness', 'n---n', 'Success', 'probing'],
    ['startup', 'n--', 'Unknown', 'probing'],
    ['startup', 'n--+', 'Success', 'onHold'],
    ['startup', 'n---', 'Failure', 'onHold'],
    ['readiness', 'n+d', 'Failure', 'probing'],
    ['readiness', 'n+e', 'Failure', 'stopped'],
    ['liveness', 'n--t', 'Success', 'stopped'],
    ['startup', 'nt', 'Success', 'stopped'],
    ['liveness', 'n---t', 'Failure', 'onHold'],
    ['readiness', 'n+f', 'Success', 'stopped'],
  ] as const)('%s after %s: %s, %s (R-POD-13)', (kind, word, result, state) => {
    const snapshot = walk(kind, word);
    expect([snapshot.context.result, snapshot.value]).toEqual([result, state]);
  });

  it('counts a run across a threshold above one', () => {
    expect(walk('readiness', 'n+', { successThreshold: 2 }).context).toMatchObject({
      result: 'Failure',
      resultRun: 1,
    });
    expect(walk('readiness', 'n+-++', { successThreshold: 2 }).context).toMatchObject({
      result: 'Success',
      resultRun: 2,
    });
  });

  it('may be spared answers that settle nothing: the verdicts stay the same', () => {
    for (const kind of ['readiness', 'liveness'] as const) {
      for (let bits = 0; bits < 2 ** 10; bits++) {
        const word = Array.from({ length: 10 }, (_, i) => ((bits >> i) & 1) === 1);
        const input = { kind, successThreshold: 2, failureThreshold: 3 };
        let [full] = initialTransition(probeMachine, input);
        [full] = transition(probeMachine, full, { type: 'container.new', instance: 0 });
        let sparing = full;
        for (const success of word) {
          [full] = transition(probeMachine, full, { type: 'answer', success });
          if (!isSettledBy(success, sparing.context)) {
            [sparing] = transition(probeMachine, sparing, { type: 'answer', success });
          }
          if (sparing.value !== full.value || sparing.context.result !== full.context.result) {
            expect.fail(`${kind} ${word.join(' ')}`);
          }
        }
      }
    }
  });
});
