/** List and watch over connections that end, versions that are forgotten, and a server that is gone. */
import { describe, expect, test } from 'vitest';
import { ApiError, ApiUnreachable } from '../../../../src/harness/kubernetes/api-error.ts';
import { KubernetesClient } from '../../../../src/harness/kubernetes/client.ts';
import type { ApiCall, Transport } from '../../../../src/harness/kubernetes/transport.ts';
import { watch } from '../../../../src/harness/kubernetes/watch.ts';

type Answer = { readonly items: readonly object[]; readonly version: string } | Error;
type Stream = { readonly lines: readonly object[] } | Error;

const GONE = { type: 'ERROR', object: { code: 410, message: 'too old resource version' } };

function pod(name: string, version: number, phase = 'Running'): object {
  return {
    metadata: { name, uid: `uid-${name}`, resourceVersion: String(version) },
    spec: {},
    status: { phase },
  };
}

/** Answers lists and watches in turn, and ends the watching after the last. */
class Script implements Transport {
  readonly stop = new AbortController();
  readonly asked: string[] = [];
  readonly #lists: Answer[];
  readonly #streams: Stream[];

  constructor(lists: readonly Answer[], streams: readonly Stream[]) {
    this.#lists = [...lists];
    this.#streams = [...streams];
  }

  async call({ path }: ApiCall): Promise<unknown> {
    this.asked.push(`list ${path}`);
    const answer = this.#lists.shift();
    if (answer instanceof Error) throw answer;
    return Promise.resolve({
      metadata: { resourceVersion: answer?.version ?? '1' },
      items: answer?.items ?? [],
    });
  }

  async *lines({ query, answered }: ApiCall): AsyncIterable<string> {
    this.asked.push(`watch from ${query?.['resourceVersion']}`);
    const stream = this.#streams.shift();
    if (stream === undefined) {
      this.stop.abort(new Error('the script is over'));
      return;
    }
    if (stream instanceof Error) throw stream;
    answered?.();
    for (const line of stream.lines) yield JSON.stringify(line);
    await Promise.resolve();
  }

  async close(): Promise<void> {
    return Promise.resolve();
  }
}

async function changesOf(script: Script, patienceMs = 1000): Promise<string[]> {
  const changes: string[] = [];
  const { ended } = watch({
    client: new KubernetesClient(script, 'ns'),
    kind: 'Pod',
    signal: script.stop.signal,
    patienceMs,
    changed: (after, before) => {
      const name = (after ?? before)?.metadata.name ?? '';
      changes.push(`${name}: ${before?.status.phase ?? '-'} → ${after?.status.phase ?? '-'}`);
    },
  });
  await ended;
  return changes;
}

describe('list and watch', () => {
  test('delivers the list, then each change with what was known before', async () => {
    const script = new Script(
      [{ items: [pod('a', 3, 'Pending')], version: '5' }],
      [
        {
          lines: [
            { type: 'MODIFIED', object: pod('a', 6) },
            { type: 'ADDED', object: pod('b', 7, 'Pending') },
            { type: 'DELETED', object: pod('a', 8) },
          ],
        },
      ],
    );
    expect(await changesOf(script)).toEqual([
      'a: - → Pending',
      'a: Pending → Running',
      'b: - → Pending',
      'a: Running → -',
    ]);
  });

  test('goes on from the last version when a connection ends, bookmarks counted', async () => {
    const script = new Script(
      [{ items: [], version: '5' }],
      [
        { lines: [{ type: 'ADDED', object: pod('a', 6) }] },
        { lines: [{ type: 'BOOKMARK', object: { metadata: { resourceVersion: '40' } } }] },
        { lines: [] },
      ],
    );
    await changesOf(script);
    expect(script.asked.slice(1)).toEqual(['watch from 5', 'watch from 6', 'watch from 40', 'watch from 40']);
  });

  test('lists again when its version is forgotten, and finds out what was missed', async () => {
    const script = new Script(
      [
        { items: [pod('a', 1), pod('b', 2), pod('c', 3)], version: '5' },
        { items: [pod('b', 9, 'Failed'), pod('c', 3), pod('d', 8)], version: '10' },
      ],
      [{ lines: [GONE] }, { lines: [] }],
    );
    expect((await changesOf(script)).slice(3)).toEqual([
      'a: Running → -',
      'b: Running → Failed',
      'd: - → Running',
    ]);
    expect(script.asked.at(-1)).toBe('watch from 10');
  });

  test('bears a server that is silent for a moment', async () => {
    const script = new Script(
      [{ items: [], version: '5' }],
      [new ApiUnreachable('own', 'ECONNREFUSED'), { lines: [{ type: 'ADDED', object: pod('a', 6) }] }],
    );
    expect(await changesOf(script)).toEqual(['a: - → Running']);
  });

  test('gives up on one that stays silent, though every try is a new connection', async () => {
    const silent = Array.from({ length: 20 }, () => new ApiUnreachable('own', 'ECONNREFUSED'));
    const script = new Script([{ items: [], version: '5' }], silent);
    await expect(changesOf(script, 30)).rejects.toThrow(/API server of the cluster own does not answer/u);
  });

  test('does not try again what is refused for good', async () => {
    const script = new Script([new ApiError(403, 'pods is forbidden')], []);
    await expect(changesOf(script)).rejects.toThrow(/forbidden/u);
  });
});
