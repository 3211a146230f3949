import { describe, expect, it } from 'vitest';
import { EventLimitError, Simulation } from '../../../src/kernel/simulation.ts';
import { truncateToSecond } from '../../../src/kernel/time.ts';

describe('simulation', () => {
  it('runs events in time order, those of one instant as scheduled, and jumps its clock', () => {
    const simulation = new Simulation({ startMs: -100 });
    const seen: string[] = [];
    const note = (name: string) => () => seen.push(`${name}@${simulation.nowMs}`);
    simulation.at(5, note('b'));
    simulation.after(100, () => {
      note('a')();
      simulation.after(0, note('a2'));
      simulation.after(-7, note('a3'));
    });
    simulation.at(-500, note('past'));
    simulation.runUntil(5);
    expect(seen).toEqual(['past@-100', 'a@0', 'a2@0', 'a3@0', 'b@5']);
    simulation.runUntil(60);
    expect(simulation.nowMs).toBe(60);
    expect(simulation.events).toBe(5);
    expect(simulation.step()).toBe(false);
  });

  it('leaves what lies beyond for the next call, and cancels', () => {
    const simulation = new Simulation();
    let ran = 0;
    simulation.at(10, () => ran++);
    const cancelled = simulation.at(11, () => ran++);
    simulation.runUntil(9);
    expect([ran, simulation.nextTimeMs]).toEqual([0, 10]);
    expect(simulation.cancel(cancelled)).toBe(true);
    simulation.runUntil(20);
    expect(ran).toBe(1);
  });

  it('ends a model that never settles', () => {
    const simulation = new Simulation({ eventsMax: 100 });
    const again = (): void => {
      simulation.after(0, again);
    };
    again();
    expect(() => simulation.runUntil(1)).toThrow(EventLimitError);
  });

  it('is a clock for statecharts', () => {
    const simulation = new Simulation();
    let ran = 0;
    simulation.clock.setTimeout(() => ran++, 5);
    simulation.clock.clearTimeout(simulation.clock.setTimeout(() => ran++, 6));
    simulation.runUntil(10);
    expect(ran).toBe(1);
  });

  it('truncates times to whole seconds, before time 0 too (R-GEN-5)', () => {
    expect([1999, 2000, -1].map(truncateToSecond)).toEqual([1000, 2000, -1000]);
  });
});

describe('a place among the events of one instant', () => {
  it('is that of the time of scheduling, then of the rank, then of the call', () => {
    const simulation = new Simulation();
    const ran: string[] = [];
    const note = (name: string) => (): void => {
      ran.push(name);
    };
    const [first, second] = [simulation.newRank(), simulation.newRank()];
    simulation.at(10, note('early'));
    simulation.at(4, () => {
      simulation.at(10, note('late'));
      simulation.atRank(10, 4, second, note('second rank of 4'));
      simulation.atRank(10, 4, first, note('first rank of 4'));
      simulation.atRank(10, 2, second, note('rank of 2'));
    });
    simulation.runUntil(10);
    expect(ran).toEqual(['early', 'rank of 2', 'first rank of 4', 'second rank of 4', 'late']);
  });

  it('is past once what comes after it there runs', () => {
    const simulation = new Simulation();
    const rank = simulation.newRank();
    const past: boolean[] = [];
    const look = (): void => {
      past.push(simulation.isPast(10, 4, rank));
    };
    simulation.at(10, look);
    simulation.at(4, () => {
      simulation.at(10, look);
    });
    simulation.at(9, look);
    simulation.runUntil(10);
    look();
    expect(past).toEqual([false, false, true, true]);
    expect(new Simulation().isPast(0, 0, rank)).toBe(false);
  });
});
