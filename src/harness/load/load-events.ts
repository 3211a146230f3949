/** What a running generator tells: requests in blocks as they end, so that its death loses few, and at last how it went. */
import type { RequestBlock } from './request-columns.ts';

export interface BlockMessage {
  readonly kind: 'block';
  readonly block: RequestBlock;
  /** Names of pods seen for the first time, in the order of their positions. */
  readonly newPods: readonly string[];
  readonly progress: LoadProgress;
}

/** Of the whole load until now. */
export interface LoadProgress {
  readonly offered: number;
  readonly inFlight: number;
  readonly lagP99Ms: readonly number[];
  readonly cpuMs: number;
}

export interface FinishedMessage extends LoadProgress {
  readonly kind: 'finished';
}

/** The generator cannot go on, through no fault of the cluster. */
export interface BrokenMessage {
  readonly kind: 'broken';
  /** Whether it is the environment's fault, told in one line; otherwise the program's own. */
  readonly environment: boolean;
  readonly line: string;
}

export type GeneratorMessage = { readonly kind: 'ready' } | BlockMessage | FinishedMessage | BrokenMessage;
