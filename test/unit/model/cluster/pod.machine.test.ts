import { initialTransition, transition } from 'xstate';
import { describe, expect, it } from 'vitest';
import { podMachine, type PodEffects, type PodEvent } from '../../../../src/model/cluster/pod.machine.ts';

/** The pure functions run no effect; delays are read when a state begins. */
const EFFECTS: PodEffects = {
  sandboxMs: () => 1000,
  killReactionMs: () => 40,
  sandboxStopMs: () => 150,
  podRemovalMs: () => 600,
  begin: fail,
  sandboxReady: fail,
  abandonSync: fail,
  killContainers: fail,
  containersStopped: fail,
  sandboxStopped: fail,
  finished: fail,
  removed: fail,
};

function fail(): never {
  throw new Error('a pure transition ran an effect');
}

type Delayed = `xstate.after.${string}`;

/** Walks the machine; a word that begins with `after` lets the delay of that name pass. */
function walk(...words: readonly (PodEvent['type'] | Delayed)[]): { value: unknown; actions: string[] } {
  let [snapshot] = initialTransition(podMachine, { effects: EFFECTS });
  let names: string[] = [];
  for (const type of words) {
    const [next, actions] = transition(podMachine, snapshot, { type } as PodEvent);
    snapshot = next;
    names = actions.map((action: { readonly type: string }) => action.type);
  }
  names = names.filter((name) => !name.startsWith('xstate.'));
  return { value: snapshot.value, actions: names };
}

const SANDBOX: Delayed = 'xstate.after.sandbox.pod.creating';
const REACTION: Delayed = 'xstate.after.killReaction.pod.terminating.reacting';
const SANDBOX_STOP: Delayed = 'xstate.after.sandboxStop.pod.removing.sandboxStopping';
const REMOVAL: Delayed = 'xstate.after.podRemoval.pod.removing';

describe('the pod’s statechart', () => {
  it.each([
    [['bound'], 'creating', ['begin']],
    [['bound', SANDBOX], 'initializing', ['sandboxReady']],
    [['bound', SANDBOX, 'initialized'], 'running', []],
    [['adopted'], 'running', []],
    [['adopted', 'deleted'], { terminating: 'reacting' }, ['abandonSync']],
    [['adopted', 'deleted', REACTION], { terminating: 'preStop' }, ['killContainers']],
    [['adopted', 'deleted', REACTION, 'sigterm.sent'], { terminating: 'sigterm' }, []],
    [['adopted', 'deleted', REACTION, 'sigterm.sent', 'sigkill.sent'], { terminating: 'killed' }, []],
    [
      ['adopted', 'deleted', REACTION, 'containers.stopped'],
      { removing: 'sandboxStopping' },
      ['containersStopped'],
    ],
    [
      ['adopted', 'deleted', REACTION, 'containers.stopped', SANDBOX_STOP],
      { removing: 'sandboxStopped' },
      ['sandboxStopped'],
    ],
    [['adopted', 'deleted', REACTION, 'containers.stopped', SANDBOX_STOP, REMOVAL], 'gone', ['removed']],
    [['adopted', 'deleted', REACTION, 'containers.stopped', REMOVAL], 'gone', ['removed']],
    [['adopted', 'finished'], 'finished', ['finished']],
    [['adopted', 'finished', 'deleted'], { removing: 'sandboxStopping' }, ['containersStopped']],
  ] as const)('%j leads to %j', (words, value, actions) => {
    expect(walk(...words)).toEqual({ value, actions });
  });

  it.each([
    ['pending', []],
    ['creating', ['bound']],
    ['initializing', ['bound', SANDBOX]],
  ] as const)('can be deleted while %s', (_state, words) => {
    expect(walk(...words, 'deleted').value).toEqual({ terminating: 'reacting' });
  });

  it('begins the kill anew when the grace shrinks, from wherever it is', () => {
    const upTo = ['adopted', 'deleted', REACTION, 'sigterm.sent'] as const;
    expect(walk(...upTo, 'grace.shortened')).toEqual({
      value: { terminating: 'reacting' },
      actions: ['abandonSync'],
    });
  });

  it('does not move when the kubelet kills a container for its probe (R-POD-27)', () => {
    expect(walk('adopted', 'sigterm.sent', 'sigkill.sent')).toEqual({ value: 'running', actions: [] });
  });

  it('ignores a second deletion, and everything once it is gone', () => {
    expect(walk('adopted', 'deleted', REACTION, 'deleted').value).toEqual({ terminating: 'preStop' });
    const gone = ['adopted', 'deleted', REACTION, 'containers.stopped', REMOVAL] as const;
    expect(walk(...gone, 'deleted').value).toBe('gone');
  });
});
