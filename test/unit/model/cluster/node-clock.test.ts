import { describe, expect, it } from 'vitest';
import { Simulation } from '../../../../src/kernel/simulation.ts';
import { NodeClock } from '../../../../src/model/cluster/node-clock.ts';

/** Members that drive a simulation: nothing on a node calls them. */
const DRIVERS = new Set(['constructor', 'events', 'nextTimeMs', 'runUntil', 'step']);

describe('NodeClock', () => {
  it('has a way of its own for every member that something on a node may use', () => {
    const used = Object.getOwnPropertyNames(Simulation.prototype).filter((name) => !DRIVERS.has(name));
    const own = new Set(Object.getOwnPropertyNames(NodeClock.prototype));
    expect(used.filter((name) => !own.has(name))).toEqual([]);
  });

  it('keeps the simulation’s time', () => {
    const simulation = new Simulation();
    const clock = new NodeClock(simulation);
    const seen: number[] = [];
    clock.after(5, () => seen.push(clock.nowMs));
    clock.at(9, () => seen.push(clock.nowMs));
    simulation.runUntil(20);
    expect(seen).toEqual([5, 9]);
  });

  it('does what has come due in order when it goes on, but for what was cancelled meanwhile', () => {
    const simulation = new Simulation();
    const clock = new NodeClock(simulation);
    const done: string[] = [];
    const note = (text: string) => () => {
      done.push(`${text} at ${simulation.nowMs}`);
    };
    clock.after(10, note('first'));
    const second = clock.after(20, note('second'));
    clock.after(25, note('third'));
    clock.after(100, note('later'));
    simulation.runUntil(5);
    clock.standStill();
    simulation.runUntil(50);
    expect(done).toEqual([]);
    expect(clock.cancel(second)).toBe(true);
    clock.goOn();
    simulation.runUntil(200);
    expect(done).toEqual(['first at 50', 'third at 50', 'later at 100']);
  });

  it('lets what runs as it goes on cancel what comes after', () => {
    const simulation = new Simulation();
    const clock = new NodeClock(simulation);
    const done: string[] = [];
    clock.standStill();
    clock.after(1, () => {
      done.push('first');
      clock.cancel(second);
    });
    const second = clock.after(2, () => done.push('second'));
    simulation.runUntil(10);
    clock.goOn();
    expect(done).toEqual(['first']);
  });

  it('does nothing any more once it is lost', () => {
    const simulation = new Simulation();
    const clock = new NodeClock(simulation);
    let done = 0;
    clock.after(10, () => done++);
    clock.lose();
    clock.after(20, () => done++);
    simulation.runUntil(100);
    clock.goOn();
    expect(done).toBe(0);
  });
});
