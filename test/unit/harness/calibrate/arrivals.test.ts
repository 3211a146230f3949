import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Arrivals } from '../../../../src/harness/calibrate/arrivals.ts';
import type { KubernetesClient } from '../../../../src/harness/kubernetes/client.ts';

interface PodEvent {
  readonly type: string;
  readonly object: { readonly metadata: Record<string, unknown>; readonly status: unknown };
}

/** A client whose watch of Pods says what it is given. */
function podsWatched(signal: AbortSignal): {
  readonly arrivals: Arrivals;
  readonly say: (event: PodEvent) => void;
} {
  const lines = new TransformStream<string, string>();
  const writer = lines.writable.getWriter();
  const client: Partial<KubernetesClient> = {
    list: async () => Promise.resolve({ resourceVersion: '1', items: [] }),
    watchLines: () => lines.readable,
  };
  return {
    arrivals: new Arrivals(client as KubernetesClient, ['Pod'], 1000, signal),
    say: (event) => void writer.write(JSON.stringify(event)),
  };
}

function pod(name: string, phase: string, resourceVersion: string): PodEvent {
  return {
    type: 'MODIFIED',
    object: { metadata: { name, uid: name, resourceVersion }, status: { phase } },
  };
}

describe('Arrivals', () => {
  it('tells when a change arrived after which the condition holds, and not before', async () => {
    const { arrivals, say } = podsWatched(new AbortController().signal);
    await arrivals.ready();
    const running = arrivals.when('Pod', 'web', (it) => it?.status.phase === 'Running');
    const found = arrivals.find('Pod', ({ status }) => status.phase === 'Running');
    say(pod('web', 'Pending', '2'));
    say(pod('other', 'Running', '3'));
    expect((await found).metadata.name).toBe('other');
    const before = performance.timeOrigin + performance.now();
    say(pod('web', 'Running', '4'));
    const atMs = await running;
    expect(atMs).toBeGreaterThanOrEqual(before);
    expect(atMs).toBeLessThanOrEqual(performance.timeOrigin + performance.now());
  });

  it('rejects all when the signal comes, those too that nobody waits for yet or that are asked for later', async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown): void => void unhandled.push(error);
    process.on('unhandledRejection', note);
    onTestFinished(() => void process.off('unhandledRejection', note));
    const ended = new AbortController();
    const { arrivals } = podsWatched(ended.signal);
    await arrivals.ready();
    const scheduled = arrivals.when('Pod', 'web', () => false);
    const later = arrivals.when('Pod', 'web', () => false);
    const found = arrivals.find('Pod', () => false);
    ended.abort();
    await expect(scheduled).rejects.toBe(ended.signal.reason);
    // Node.js tells of rejections that nobody hears once the tasks of this turn are done.
    await setImmediate();
    await setImmediate();
    expect(unhandled).toEqual([]);
    await expect(later).rejects.toBe(ended.signal.reason);
    await expect(found).rejects.toBe(ended.signal.reason);
    await expect(arrivals.when('Pod', 'web', () => false)).rejects.toBe(ended.signal.reason);
  });
});
