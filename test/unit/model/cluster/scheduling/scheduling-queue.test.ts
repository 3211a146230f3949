import { describe, expect, it } from 'vitest';
import { Simulation } from '../../../../../src/kernel/simulation.ts';
import { SchedulingQueue } from '../../../../../src/model/cluster/scheduling/scheduling-queue.ts';

/** A scheduler for which nothing ever fits; `attempts` holds when each pod was tried. */
function hopeless() {
  const simulation = new Simulation();
  const attempts: string[] = [];
  const queue = new SchedulingQueue(simulation, () => {
    simulation.after(0, () => {
      const name = queue.take();
      if (name === undefined) return;
      attempts.push(`${name}@${simulation.nowMs}`);
      queue.putBack(name);
    });
  });
  return { simulation, queue, attempts };
}

describe('SchedulingQueue (R-SCH-2)', () => {
  it('tries pods in order and once each, however often they are added', () => {
    const { simulation, queue, attempts } = hopeless();
    for (const name of ['a', 'b', 'a']) queue.add(name);
    simulation.runUntil(1000);
    expect(attempts).toEqual(['a@0', 'b@0']);
  });

  it('leaves an unschedulable pod until something happens', () => {
    const { simulation, queue, attempts } = hopeless();
    queue.add('a');
    simulation.at(20_000, () => {
      queue.wakeAll();
    });
    simulation.runUntil(25_000);
    expect(attempts).toEqual(['a@0', 'a@20000']);
  });

  it('flushes what has waited more than five minutes, looking each 30 s', () => {
    const { simulation, queue, attempts } = hopeless();
    simulation.at(10_000, () => {
      queue.add('a');
    });
    simulation.runUntil(400_000);
    expect(attempts).toEqual(['a@10000', 'a@330000']);
  });

  it('tries a pod that backs off early only while nothing else is to do', () => {
    const simulation = new Simulation();
    const queue = new SchedulingQueue(simulation, () => undefined);
    queue.add('a');
    queue.take();
    queue.putBack('a');
    queue.add('b');
    queue.wakeAll();
    expect([queue.take(), queue.take(), queue.take()]).toEqual(['b', 'a', undefined]);
  });

  it('backs off 1, 2, 4, 8, 10, 10 s, to the next whole second', () => {
    const simulation = new Simulation();
    let waitingSince = 0;
    const waits: number[] = [];
    const announced: number[] = [];
    const queue = new SchedulingQueue(simulation, () => {
      announced.push(simulation.nowMs);
    });
    queue.add('a');
    for (let i = 0; i < 6; i++) {
      queue.take();
      waitingSince = simulation.nowMs;
      queue.putBack('a');
      queue.wakeAll();
      // The first announcement says that it may be tried early, the second that its back-off is over.
      announced.length = 0;
      while (announced.length === 0) simulation.step();
      waits.push((simulation.nowMs - waitingSince) / 1000);
    }
    expect(waits).toEqual([2, 3, 5, 9, 11, 11]);
  });

  it('does not lose an event that comes while the pod is being scheduled', () => {
    const simulation = new Simulation();
    const queue = new SchedulingQueue(simulation, () => undefined);
    queue.add('a');
    queue.take();
    queue.wakeAll();
    queue.putBack('a');
    expect(queue.take()).toBe('a');
    queue.putBack('a');
    expect(queue.take()).toBeUndefined();
  });

  it('forgets a pod that is gone', () => {
    const { simulation, queue, attempts } = hopeless();
    queue.add('a');
    queue.remove('a');
    queue.remove('never');
    simulation.runUntil(1000);
    expect(attempts).toEqual([]);
  });
});
