import { describe, expect, it } from 'vitest';
import { TaskQueue } from '../../../src/predict/task-queue.ts';

const FOREVER = new AbortController().signal;

/** A task that ends when it is told to. */
function gate(): { readonly task: () => Promise<void>; readonly open: () => void } {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { task: async () => opened, open };
}

describe('TaskQueue', () => {
  it('runs as many at once as it may, the most urgent first and equals in their order', async () => {
    const queue = new TaskQueue(1);
    const { task, open } = gate();
    const order: string[] = [];
    const first = queue.add(5, FOREVER, task);
    const rest = (
      [
        [2, 'later'],
        [0, 'urgent'],
        [2, 'last'],
        [0, 'urgent too'],
      ] as const
    ).map(async ([urgency, name]) => queue.add(urgency, FOREVER, async () => order.push(name)));
    expect(order).toEqual([]);
    open();
    await first;
    await Promise.all(rest);
    expect(order).toEqual(['urgent', 'urgent too', 'later', 'last']);
  });

  it('never begins what was aborted before its turn', async () => {
    const queue = new TaskQueue(1);
    const { task, open } = gate();
    const controller = new AbortController();
    let begun = false;
    const first = queue.add(0, FOREVER, task);
    const stale = queue.add(0, controller.signal, async () => {
      begun = true;
    });
    controller.abort(new Error('stale'));
    open();
    await expect(stale).rejects.toThrow('stale');
    await first;
    expect(begun).toBe(false);
    await expect(queue.add(0, controller.signal, async () => 1)).rejects.toThrow('stale');
  });

  it('goes on after a task that failed', async () => {
    const queue = new TaskQueue(2);
    await expect(
      queue.add(0, FOREVER, async () => {
        throw new Error('broken');
      }),
    ).rejects.toThrow('broken');
    await expect(queue.add(0, FOREVER, async () => 7)).resolves.toBe(7);
  });
});
