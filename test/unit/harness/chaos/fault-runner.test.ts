/** Faults under way when the replay ends: whatever is being done is undone afterwards, once. */
import { describe, expect, test, vi } from 'vitest';
import type { NodeControl } from '../../../../src/harness/chaos/chaos-world.ts';
import { FaultLog } from '../../../../src/harness/chaos/fault-log.ts';
import { FaultRunner } from '../../../../src/harness/chaos/fault-runner.ts';
import { KubernetesClient } from '../../../../src/harness/kubernetes/client.ts';
import type { Transport } from '../../../../src/harness/kubernetes/transport.ts';
import { NodeNames } from '../../../../src/harness/kubernetes/node-names.ts';
import type { FaultAction } from '../../../../src/scenario/fault.ts';
import { sleep } from '../../../../src/harness/experiment/sleep.ts';

/** Long, so that a busy machine is no failure. */
const LATE_MS = 10_000;

const unused = async (): Promise<never> => Promise.reject(new Error('this fault needs no such thing'));

/** A node as Docker has it: each command is under way until it is let go. */
class HeldNode implements NodeControl {
  readonly calls: string[] = [];
  readonly exec = unused;
  paused = false;
  running = true;
  /** Whether its daemon brings it back. */
  heals = true;
  readonly #held: (() => void)[] = [];

  async pause(): Promise<void> {
    await this.#command('pause');
    this.paused = true;
  }

  async unpause(): Promise<void> {
    await this.#command('unpause');
    if (!this.heals) throw new Error('the daemon is busy');
    if (!this.paused) throw new Error('Container is not paused');
    this.paused = false;
  }

  async kill(): Promise<void> {
    await this.#command('kill');
    this.running = false;
  }

  async start(): Promise<void> {
    await this.#command('start');
    this.running = true;
  }

  /** Lets the command go that is called as the next. */
  async letGo(call: string): Promise<void> {
    await vi.waitFor(() => {
      expect(this.calls.at(-1)).toBe(call);
      expect(this.#held).toHaveLength(1);
    }, LATE_MS);
    this.#held.pop()?.();
  }

  async #command(call: string): Promise<void> {
    this.calls.push(call);
    await new Promise<void>((resolve) => this.#held.push(resolve));
  }
}

function running(
  action: FaultAction,
  nodes: NodeControl,
  call: Transport['call'] = unused,
): {
  readonly runner: FaultRunner;
  readonly course: Promise<void>;
  /** As the stage of the recovery does it. @returns what recoverAll came to */
  readonly end: () => Promise<string>;
} {
  const stop = new AbortController();
  const transport = { call, lines: unused as never, close: async () => Promise.resolve() };
  const entrance = { host: '127.0.0.1', port: 1 } as const;
  const runner = new FaultRunner({
    world: {
      client: new KubernetesClient(transport, 'ns'),
      nodeNames: new NodeNames(
        ['worker-1'],
        [{ name: 'own-worker', role: 'worker', address: '172.18.0.3', entrance }],
      ),
      nodes,
      dependencies: { set: unused },
      servedLabels: { app: 'web' },
      note: () => undefined,
      wait: async (durationMs) => sleep(Math.max(0, durationMs), stop.signal),
      signal: stop.signal,
    },
    faults: [{ start: { kind: 'at', timeMs: 0 }, action } as never],
    objects: [null],
    log: new FaultLog(),
    seed: 1,
    aftermathMs: 0,
    nowMs: () => 0,
    rolloutReaches: unused,
  });
  const course = runner.run();
  course.catch(() => undefined);
  return {
    runner,
    course,
    end: async () => {
      stop.abort(new Error('the replay is over'));
      return runner.recoverAll().then(
        () => 'recovered',
        (error: unknown) => String(error),
      );
    },
  };
}

function down(effect: 'pause' | 'crash', durationMs = 60_000): FaultAction {
  return { kind: 'node-down', node: 'worker-1', effect, durationMs };
}

describe('a replay that ends', () => {
  test.each([
    ['pause', 'pause', 'unpause'],
    ['crash', 'kill', 'start'],
  ] as const)(
    'while a node is being taken down (%s) waits for it, and brings it back',
    async (effect, taken, back) => {
      const node = new HeldNode();
      const { end } = running(down(effect), node);
      await vi.waitFor(() => {
        expect(node.calls).toEqual([taken]);
      }, LATE_MS);
      const ended = end();
      await node.letGo(taken);
      await node.letGo(back);
      expect(await ended).toBe('recovered');
      expect(node.calls).toEqual([taken, back]);
      expect(node).toMatchObject({ paused: false, running: true });
    },
  );

  test('while a node is being brought back does not do it twice, and waits until it is', async () => {
    const node = new HeldNode();
    const { end, course } = running(down('pause', 0), node);
    await node.letGo('pause');
    await vi.waitFor(() => {
      expect(node.calls).toEqual(['pause', 'unpause']);
    }, LATE_MS);
    const ended = end();
    await node.letGo('unpause');
    expect(await ended).toBe('recovered');
    await course;
    expect(node.calls).toEqual(['pause', 'unpause']);
  });

  test('after a node could not be brought back tries it again', async () => {
    const node = new HeldNode();
    const { end, course } = running(down('pause', 0), node);
    await node.letGo('pause');
    node.heals = false;
    await node.letGo('unpause');
    await expect(course).rejects.toThrow('the daemon is busy');
    node.heals = true;
    const ended = end();
    await node.letGo('unpause');
    expect(await ended).toBe('recovered');
    expect(node.paused).toBe(false);
  });

  test('while the targets of a fault are chosen does nothing to them', async () => {
    const calls: string[] = [];
    const list = Promise.withResolvers<unknown>();
    const target = { labels: {}, nodes: [], pods: [], mode: 'all', value: 0 };
    const { end, course } = running(
      { kind: 'pod-kill', target, gracePeriodSeconds: 0 } as unknown as FaultAction,
      new HeldNode(),
      async ({ method }) => {
        calls.push(method);
        return list.promise;
      },
    );
    await vi.waitFor(() => {
      expect(calls).toEqual(['GET']);
    }, LATE_MS);
    expect(await end()).toBe('recovered');
    const pod = {
      metadata: { name: 'web-1', uid: 'u1', labels: { app: 'web' } },
      spec: { nodeName: 'own-worker', containers: [] },
      status: { phase: 'Running' },
    };
    list.resolve({ metadata: { resourceVersion: '1' }, items: [pod] });
    await expect(course).rejects.toThrow('the replay is over');
    expect(calls).toEqual(['GET']);
  });
});
