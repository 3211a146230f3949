/**
 * How many requests may have ended otherwise than they would have, had each been followed: an upper bound on the expected
 * number, added up over what the laws leave out (MODEL.md, "Skipping ahead").
 */
import type { Accuracy } from '../../../record.ts';

/** Share of the requests whose answer takes longer than the engine remembers. */
export const FORGOTTEN_SHARE = 2e-4;

export class ErrorBound {
  #expected = 0;

  /** `requests` were skipped, of which at most this share waited until its deadline. */
  skipped(requests: number, share: number): void {
    this.#expected += requests * Math.min(1, share);
  }

  /** `inFlight` requests were drawn from those of the time that the engine remembers. */
  revealed(inFlight: number): void {
    this.#expected += inFlight * FORGOTTEN_SHARE;
  }

  /**
   * `requests` at risk are expected from clients that open a connection for the share `opens` of theirs: the times of
   * those are taken as independent, which is wrong by about that share.
   */
  atRisk(requests: number, opens: number): void {
    this.#expected += requests * opens;
  }

  /** What a run that skipped so many of its requests says of itself. */
  accuracy(skipped: number, offered: number): Accuracy {
    return { exactShare: offered === 0 ? 1 : 1 - skipped / offered, errorBound: this.#expected };
  }
}
