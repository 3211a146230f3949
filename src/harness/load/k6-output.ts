/** Reads what the k6 script writes: a line for each request, and one summary at the end; k6's own words are passed over. */
import { FAILURE_CLASSES, type Outcome } from '../../record.ts';
import type { MeasuredRequest } from '../load.ts';
import { LagMeter } from './lag-meter.ts';
import { PodNames } from './pod-names.ts';
import { RequestWriter, type RequestBlock } from './request-columns.ts';

export interface K6Summary {
  readonly offered: number;
  /** Due, and not begun: every virtual user was busy. */
  readonly dropped: number;
  readonly outcomes: Readonly<Record<string, number>>;
}

const BLOCK_ROWS = 32_768;
const OUTCOMES: ReadonlySet<string> = new Set(['ok', ...FAILURE_CLASSES]);

export class K6Output {
  readonly blocks: RequestBlock[] = [];
  readonly pods: string[] = [];
  ready = false;
  summary: K6Summary | null = null;
  #ended = 0;
  readonly #names = new PodNames();
  readonly #writer = new RequestWriter(BLOCK_ROWS);
  /** When each request was due and how late it was; users of k6 end theirs in any order. */
  readonly #sent: { readonly dueMs: number; readonly sentMs: number }[] = [];

  get ended(): number {
    return this.#ended;
  }

  read(line: string): void {
    if (line === 'ready') this.ready = true;
    else if (line.startsWith('request ')) this.#request(line.split(' '));
    else if (line.startsWith('summary ')) this.summary = JSON.parse(line.slice(8)) as K6Summary;
  }

  #request(words: readonly string[]): void {
    const [, due, sent, end, outcome = '', connection, client, attempts, pod = '-'] = words;
    const [arrivedMs = 0, sentMs = 0, endedMs = 0] = [due, sent, end].map(Number);
    if (!OUTCOMES.has(outcome)) throw new Error(`the k6 script tells of no such outcome: ${words.join(' ')}`);
    this.#ended += 1;
    this.#sent.push({ dueMs: arrivedMs, sentMs });
    if (this.#writer.full) this.#flush();
    this.#writer.write({
      arrivedMs,
      sentMs: Math.max(arrivedMs, sentMs),
      endedMs: Math.max(arrivedMs, endedMs),
      outcome: outcome as Outcome,
      reused: connection === 'reused',
      attempts: Number(attempts),
      client: Number(client),
      pod: pod === '-' ? 0 : this.#names.positionOf(pod),
    });
  }

  #flush(): void {
    const block = this.#writer.take();
    if (block !== null) this.blocks.push(block);
    this.pods.push(...this.#names.takeNew());
  }

  /** Everything is read. @param startMs of the load */
  finish(startMs: number): { readonly lagP99Ms: readonly number[] } {
    this.#flush();
    const lag = new LagMeter(startMs);
    for (const { dueMs, sentMs } of this.#sent.sort((a, b) => a.dueMs - b.dueMs)) lag.note(dueMs, sentMs);
    return { lagP99Ms: lag.finish() };
  }
}

/** k6 writes a request's line when it has ended, and two users may write at once: puts the ends in order. */
export function inOrderOfEnds(requests: Iterable<MeasuredRequest>): readonly MeasuredRequest[] {
  return [...requests].sort((a, b) => a.endedMs - b.endedMs);
}
