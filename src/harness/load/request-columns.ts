/**
 * Measured requests in columns: 20-odd bytes each instead of an object, passed between processes as they are. A block
 * holds requests that ended one after another.
 */
import { FAILURE_CLASSES, type Outcome } from '../../record.ts';
import type { MeasuredRequest } from '../load.ts';

export interface RequestBlock {
  readonly arrivedMs: Float64Array;
  /** After `arrivedMs`. */
  readonly sentAfterMs: Float32Array;
  readonly endedAfterMs: Float32Array;
  readonly outcome: Uint8Array;
  readonly reused: Uint8Array;
  readonly attempts: Uint8Array;
  readonly client: Uint16Array;
  /** Position in the list of all pods that ever answered, from 1; 0: none answered. */
  readonly pod: Uint16Array;
}

const OUTCOMES: readonly Outcome[] = ['ok', ...FAILURE_CLASSES];
const OUTCOME_CODES: ReadonlyMap<Outcome, number> = new Map(OUTCOMES.map((outcome, code) => [outcome, code]));
const ATTEMPTS_MAX = 255;

export interface EndedRequest {
  readonly arrivedMs: number;
  readonly sentMs: number;
  readonly endedMs: number;
  readonly outcome: Outcome;
  readonly reused: boolean;
  readonly attempts: number;
  readonly client: number;
  /** Position from 1; 0: none. */
  readonly pod: number;
}

export class RequestWriter {
  readonly #rows: number;
  #block: RequestBlock;
  #length = 0;

  constructor(rows: number) {
    this.#rows = rows;
    this.#block = emptyBlock(rows);
  }

  get full(): boolean {
    return this.#length === this.#rows;
  }

  write(request: EndedRequest): void {
    const block = this.#block;
    const row = this.#length++;
    block.arrivedMs[row] = request.arrivedMs;
    block.sentAfterMs[row] = request.sentMs - request.arrivedMs;
    block.endedAfterMs[row] = request.endedMs - request.arrivedMs;
    block.outcome[row] = OUTCOME_CODES.get(request.outcome) ?? 0;
    block.reused[row] = request.reused ? 1 : 0;
    block.attempts[row] = Math.min(ATTEMPTS_MAX, request.attempts);
    block.client[row] = request.client;
    block.pod[row] = request.pod;
  }

  /** Hands over what was written since the last time, as copies that end where the rows end. */
  take(): RequestBlock | null {
    if (this.#length === 0) return null;
    const rows = this.#length;
    this.#length = 0;
    const block = this.#block;
    return {
      arrivedMs: block.arrivedMs.slice(0, rows),
      sentAfterMs: block.sentAfterMs.slice(0, rows),
      endedAfterMs: block.endedAfterMs.slice(0, rows),
      outcome: block.outcome.slice(0, rows),
      reused: block.reused.slice(0, rows),
      attempts: block.attempts.slice(0, rows),
      client: block.client.slice(0, rows),
      pod: block.pod.slice(0, rows),
    };
  }
}

function emptyBlock(rows: number): RequestBlock {
  return {
    arrivedMs: new Float64Array(rows),
    sentAfterMs: new Float32Array(rows),
    endedAfterMs: new Float32Array(rows),
    outcome: new Uint8Array(rows),
    reused: new Uint8Array(rows),
    attempts: new Uint8Array(rows),
    client: new Uint16Array(rows),
    pod: new Uint16Array(rows),
  };
}

/** @param pods in the order of their positions @param nodes entrance nodes, client i uses the one at i modulo their number */
export function* readBlocks(
  blocks: readonly RequestBlock[],
  pods: readonly string[],
  nodes: readonly string[],
): Generator<MeasuredRequest> {
  for (const block of blocks) {
    for (const [row, arrivedMs] of block.arrivedMs.entries()) {
      const client = block.client[row] ?? 0;
      yield {
        arrivedMs,
        sentMs: arrivedMs + (block.sentAfterMs[row] ?? 0),
        endedMs: arrivedMs + (block.endedAfterMs[row] ?? 0),
        outcome: OUTCOMES[block.outcome[row] ?? 0] ?? 'ok',
        connection: block.reused[row] === 1 ? 'reused' : 'new',
        client,
        node: nodes[client % nodes.length] ?? '',
        pod: pods[(block.pod[row] ?? 0) - 1] ?? null,
        attempts: block.attempts[row] ?? 1,
      };
    }
  }
}
