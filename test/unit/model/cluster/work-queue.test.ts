import { describe, expect, it } from 'vitest';
import { Simulation } from '../../../../src/kernel/simulation.ts';
import { WorkQueue } from '../../../../src/model/cluster/work-queue.ts';

/** A queue whose work takes 10 ms; `log` holds what began when. */
function timedQueue(workers: number) {
  const simulation = new Simulation();
  const log: string[] = [];
  const queue = new WorkQueue(simulation, workers, (key, done) => {
    log.push(`${key}@${simulation.nowMs}`);
    simulation.after(10, done);
  });
  return { simulation, queue, log };
}

describe('WorkQueue (R-GEN-2)', () => {
  it('coalesces equal keys that wait', () => {
    const { simulation, queue, log } = timedQueue(1);
    for (const key of ['a', 'b', 'a', 'a']) queue.add(key);
    simulation.runUntil(1000);
    expect(log).toEqual(['a@0', 'b@10']);
  });

  it('runs a key that is added during its own work once more, after it, and not beside it', () => {
    const { simulation, queue, log } = timedQueue(5);
    queue.add('a');
    simulation.at(3, () => {
      queue.add('a');
      queue.add('a');
    });
    simulation.runUntil(1000);
    expect(log).toEqual(['a@0', 'a@10']);
  });

  it('gives different keys to different workers, in order, and no more than there are', () => {
    const { simulation, queue, log } = timedQueue(2);
    for (const key of ['a', 'b', 'c']) queue.add(key);
    simulation.runUntil(1000);
    expect(log).toEqual(['a@0', 'b@0', 'c@10']);
  });

  it('adds later, and at once when the delay is not positive', () => {
    const { simulation, queue, log } = timedQueue(1);
    queue.addAfter('late', 500);
    queue.addAfter('now', 0);
    simulation.runUntil(1000);
    expect(log).toEqual(['now@0', 'late@500']);
  });

  it('backs off 5 ms·2^n up to 1000 s and starts anew when forgotten (R-GEN-3)', () => {
    const { simulation, queue, log } = timedQueue(1);
    for (let i = 0; i < 3; i++) queue.addRateLimited('a');
    simulation.runUntil(1000);
    expect(log).toEqual(['a@5', 'a@15', 'a@25']);
    expect(queue.failures('a')).toBe(3);
    for (let i = 0; i < 40; i++) queue.addRateLimited('b');
    queue.forget('a');
    expect(queue.failures('a')).toBe(0);
    simulation.runUntil(1_000_999);
    expect(log.filter((entry) => entry.startsWith('b')).length).toBeLessThan(40);
    simulation.runUntil(1_001_001);
    expect(log.at(-1)).toBe('b@1001000');
  });

  it('refuses to finish the same work twice', () => {
    const simulation = new Simulation();
    const queue = new WorkQueue(simulation, 1, (_, done) => {
      done();
      expect(done).toThrow('twice');
    });
    queue.add('a');
    simulation.runUntil(1);
    expect.assertions(1);
  });
});
