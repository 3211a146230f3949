import { createActor, initialTransition, transition } from 'xstate';
import { describe, expect, it } from 'vitest';
import {
  rolloutMachine,
  type RolloutEvent,
  type RolloutState,
} from '../../../../src/model/rollout/rollout.machine.ts';

const revised = (revision: number, undo = false): RolloutEvent => ({ type: 'revised', revision, undo });

/** The state after the events, by pure transitions, and the notes that a live actor writes on the way. */
function follow(...events: RolloutEvent[]): { state: RolloutState; notes: string[] } {
  const notes: string[] = [];
  const input = {
    note: (kind: string, detail?: string) => {
      notes.push(detail === undefined ? kind : `${kind}: ${detail}`);
    },
  };
  let [snapshot] = initialTransition(rolloutMachine, input);
  const actor = createActor(rolloutMachine, { input }).start();
  for (const event of events) {
    [snapshot] = transition(rolloutMachine, snapshot, event);
    actor.send(event);
  }
  expect(actor.getSnapshot().value).toEqual(snapshot.value);
  return { state: snapshot.value, notes };
}

describe('a rollout’s life', () => {
  it('begins with a new revision and ends when complete (R-DEP-12)', () => {
    const { state, notes } = follow(revised(2), { type: 'progressed' }, { type: 'completed' });
    expect(state).toBe('complete');
    expect(notes).toEqual(['rollout-started: revision 2', 'rollout-complete']);
  });

  it('has no other beginning', () => {
    const { state, notes } = follow(
      { type: 'completed' },
      { type: 'deadlineExceeded' },
      { type: 'progressed' },
    );
    expect(state).toBe('idle');
    expect(notes).toEqual([]);
  });

  it('stalls once, goes on when progress is seen, and can then stall again (R-DEP-14)', () => {
    const late: RolloutEvent = { type: 'deadlineExceeded' };
    expect(follow(revised(2), late, late)).toEqual({
      state: { underway: 'stalled' },
      notes: ['rollout-started: revision 2', 'rollout-stalled: progress deadline exceeded'],
    });
    const { state, notes } = follow(revised(2), late, { type: 'progressed' }, late, { type: 'completed' });
    expect(state).toBe('complete');
    expect(notes.filter((note) => note.startsWith('rollout-stalled'))).toHaveLength(2);
  });

  it('starts over at a rollover, also when stalled (R-DEP-18)', () => {
    const { state, notes } = follow(revised(2), { type: 'deadlineExceeded' }, revised(3));
    expect(state).toEqual({ underway: 'progressing' });
    expect(notes.at(-1)).toBe('rollout-started: revision 3');
  });

  it('starts once to a revision that is announced before its ReplicaSet exists (R-DEP-20)', () => {
    expect(follow(revised(2), revised(2)).notes).toEqual(['rollout-started: revision 2']);
  });

  it('says that a revision was there before when it is undone to (R-DEP-19)', () => {
    expect(follow(revised(2), revised(3, true)).notes.at(-1)).toBe('rollout-started: revision 3, again');
  });

  it('goes on where it was when it is resumed (R-DEP-15)', () => {
    const paused = follow(revised(2), { type: 'deadlineExceeded' }, { type: 'paused' });
    expect(paused.state).toBe('paused');
    expect(paused.notes.at(-1)).toBe('rollout-paused');
    expect(
      follow(revised(2), { type: 'deadlineExceeded' }, { type: 'paused' }, { type: 'resumed' }).state,
    ).toEqual({
      underway: 'stalled',
    });
    expect(follow(revised(2), { type: 'paused' }, { type: 'resumed' }).state).toEqual({
      underway: 'progressing',
    });
  });

  it('writes nothing when no rollout is under way to be paused', () => {
    expect(follow({ type: 'paused' }, { type: 'resumed' })).toEqual({ state: 'idle', notes: [] });
    const { state, notes } = follow(
      revised(2),
      { type: 'completed' },
      { type: 'paused' },
      { type: 'resumed' },
    );
    expect(state).toBe('complete');
    expect(notes).not.toContain('rollout-paused');
  });
});
