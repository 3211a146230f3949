import { describe, expect, it } from 'vitest';
import { and, createMachine, emit, raise, setup } from 'xstate';
import { Simulation } from '../../../src/kernel/simulation.ts';
import { Statechart, type StatechartTypes } from '../../../src/kernel/statechart.ts';
import { compileMachine } from '../../../src/kernel/transition-table.ts';

function noted(): void {
  expect.fail('nothing runs while a machine is compiled');
}

describe('what a table cannot hold is refused by name', () => {
  const tautology = setup({ guards: { yes: () => true } });
  it.each([
    ['parallel states', createMachine({ type: 'parallel', states: { a: {}, b: {} } })],
    ['always', createMachine({ initial: 'a', states: { a: { always: 'b' }, b: {} } })],
    ['wildcards', createMachine({ initial: 'a', states: { a: { on: { '*': 'b' } }, b: {} } })],
    ['invoke', createMachine({ initial: 'a', states: { a: { invoke: { src: 'other' } } } })],
    [
      'reenter',
      createMachine({ initial: 'a', states: { a: { on: { go: { target: 'b', reenter: true } } }, b: {} } }),
    ],
    ['a transition to itself', createMachine({ initial: 'a', states: { a: { on: { go: 'a' } } } })],
    [
      'the action xstate.raise',
      createMachine({ initial: 'a', states: { a: { on: { go: { actions: raise({ type: 'x' }) } } } } }),
    ],
    [
      'the action xstate.emit',
      createMachine({ initial: 'a', states: { a: { on: { go: { actions: emit({ type: 'x' }) } } } } }),
    ],
    [
      'the action missing',
      createMachine({ initial: 'a', states: { a: { on: { go: { actions: 'missing' } } } } }),
    ],
    [
      'the delay missing',
      createMachine({ initial: 'a', states: { a: { on: { go: 'b' } }, b: { after: { missing: 'a' } } } }),
    ],
    [
      'the guard that is no plain function',
      tautology.createMachine({
        initial: 'a',
        states: { a: { on: { go: { guard: and(['yes', 'yes']), target: 'b' } } }, b: {} },
      }),
    ],
    ['very first entry', createMachine({ initial: 'a', states: { a: { entry: noted } } })],
    ['very first entry', createMachine({ initial: 'a', states: { a: { after: { 5: 'b' } }, b: {} } })],
    [
      'final state inside another',
      createMachine({ initial: 'a', states: { a: { initial: 'b', states: { b: { type: 'final' } } } } }),
    ],
    [
      'deep history',
      createMachine({
        initial: 'a',
        states: { a: { initial: 'b', states: { b: {}, h: { type: 'history', history: 'deep' } } } },
      }),
    ],
  ])('%s', (what, machine) => {
    expect(() => compileMachine(machine)).toThrow(what);
  });
});

describe('a statechart from a table', () => {
  interface Types extends StatechartTypes {
    readonly event: { readonly type: 'go' | 'back' | 'end' };
    readonly value: unknown;
  }

  function chart(note: (text: string) => void, simulation = new Simulation()): Statechart<Types> {
    const machine = createMachine({
      initial: 'out',
      states: {
        out: {
          on: { go: 'in' },
          exit: () => {
            note('leave out');
          },
        },
        in: {
          entry: () => {
            note('enter in');
          },
          exit: () => {
            note('leave in');
          },
          initial: 'near',
          states: {
            near: {
              entry: () => {
                note('enter near');
              },
              exit: () => {
                note('leave near');
              },
              after: { 100: 'far' },
            },
            far: {
              entry: () => {
                note('enter far');
              },
            },
          },
          on: {
            back: {
              target: 'out',
              actions: () => {
                note('on the way');
              },
            },
            end: 'over',
          },
        },
        over: { type: 'final' },
      },
    });
    return new Statechart<Types>(compileMachine(machine), simulation, undefined);
  }

  it('leaves from the inside out, does what the transition says, and enters from the outside in', () => {
    const notes: string[] = [];
    const machine = chart((text) => notes.push(text));
    machine.send({ type: 'go' });
    machine.send({ type: 'back' });
    expect(notes).toEqual(['leave out', 'enter in', 'enter near', 'leave near', 'leave in', 'on the way']);
  });

  it('moves when its time has come, unless it has left before', () => {
    const simulation = new Simulation();
    const machine = chart(() => 0, simulation);
    machine.send({ type: 'go' });
    simulation.runUntil(99);
    expect(machine.value).toEqual({ in: 'near' });
    simulation.runUntil(100);
    expect(machine.value).toEqual({ in: 'far' });
    machine.send({ type: 'back' });
    machine.send({ type: 'go' });
    machine.send({ type: 'back' });
    expect(simulation.nextTimeMs).toBe(Number.POSITIVE_INFINITY);
  });

  it('is deaf once it is over or was stopped', () => {
    const over = chart(() => 0);
    for (const type of ['go', 'end', 'go'] as const) over.send({ type });
    expect([over.value, over.status]).toEqual(['over', 'done']);
    const stopped = chart(() => 0);
    stopped.stop();
    stopped.send({ type: 'go' });
    expect([stopped.value, stopped.status]).toEqual(['out', 'stopped']);
  });

  it('lets an effect that fails reach whoever sent the event', () => {
    const machine = chart(() => {
      throw new Error('an effect failed');
    });
    expect(() => {
      machine.send({ type: 'go' });
    }).toThrow('an effect failed');
  });
});
