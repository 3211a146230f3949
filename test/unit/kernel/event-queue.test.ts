import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventQueue, type EventHandle } from '../../../src/kernel/event-queue.ts';

describe('event queue', () => {
  it('runs events of one instant in the order in which they were scheduled', () => {
    const queue = new EventQueue<number>();
    for (let i = 0; i < 500; i++) queue.push(i % 3, i);
    const order: number[] = [];
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) order.push(next);
    const byTime = [0, 1, 2].flatMap((time) =>
      Array.from({ length: 500 }, (_, i) => i).filter((i) => i % 3 === time),
    );
    expect(order).toEqual(byTime);
  });

  it('agrees with a sorted list under any sequence of pushes, pops and cancellations', () => {
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.record({ do: fc.constant('push' as const), at: fc.nat(20) }) },
      { weight: 3, arbitrary: fc.record({ do: fc.constant('pop' as const), at: fc.constant(0) }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('cancel' as const), at: fc.nat(400) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 600 }), (steps) => {
        const queue = new EventQueue<number>();
        const handles: EventHandle[] = [];
        let model: { at: number; id: number }[] = [];
        for (const { do: action, at } of steps) {
          if (action === 'push') {
            model.push({ at, id: handles.length });
            handles.push(queue.push(at, handles.length));
          } else if (action === 'pop') {
            model.sort((a, b) => a.at - b.at || a.id - b.id);
            expect(queue.nextTimeMs).toBe(model[0]?.at ?? Number.POSITIVE_INFINITY);
            expect(queue.pop()).toBe(model.shift()?.id);
          } else if (handles.length > 0) {
            const id = at % handles.length;
            const waiting = model.some((entry) => entry.id === id);
            expect(queue.cancel(handles[id] as EventHandle)).toBe(waiting);
            model = model.filter((entry) => entry.id !== id);
          }
          expect(queue.size).toBe(model.length);
        }
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('keeps its order while it grows beyond its first capacity', () => {
    const queue = new EventQueue<number>();
    for (let i = 0; i < 5000; i++) queue.push((i * 7919) % 5003, i);
    let last = -1;
    for (let i = 0; i < 5000; i++) {
      expect(queue.nextTimeMs).toBeGreaterThanOrEqual(last);
      last = queue.nextTimeMs;
      queue.pop();
    }
    expect(queue.size).toBe(0);
  });

  it('refuses more entries than its limit, and an event without a time', () => {
    const queue = new EventQueue<string>(2);
    queue.push(1, 'a');
    queue.push(1, 'b');
    expect(() => queue.push(1, 'c')).toThrow(RangeError);
    expect(() => queue.push(Number.NaN, 'd')).toThrow(RangeError);
  });

  it('does not cancel a later entry that has taken the slot of one that ran', () => {
    const queue = new EventQueue<string>();
    const first = queue.push(1, 'first');
    queue.pop();
    queue.push(2, 'second');
    expect(queue.cancel(first)).toBe(false);
    expect(queue.pop()).toBe('second');
  });
});
