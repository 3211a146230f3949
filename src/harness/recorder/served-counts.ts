/**
 * The servers' own books: how many requests each pod has answered, from the counts that it writes into its log. They hold
 * the callers' books to account: what callers got an answer to, some server must have answered.
 */
import type { RequestCounts, ServedByPod } from '../../record.ts';
import type { ServedCounts } from '../workload/life-line.ts';

interface CountLine extends ServedCounts {
  readonly epochMs: number;
}

interface ContainerBook {
  readonly pod: string;
  readonly lines: CountLine[];
  /** Its log ended without the process's own last words. */
  cutOff: boolean;
}

const NOTHING: ServedCounts = { answered: 0, overflowed: 0, errors: 0 };

export class ServedBooks {
  /** By container: one that has been restarted counts from 0 again. */
  readonly #books = new Map<string, ContainerBook>();

  /** Counts since the container's start, as they stood at `epochMs`. */
  note(pod: string, container: string, epochMs: number, counts: ServedCounts): void {
    this.#bookOf(pod, container).lines.push({ epochMs, ...counts });
  }

  /** What was answered after its last counts is not known. */
  cutOff(pod: string, container: string): void {
    this.#bookOf(pod, container).cutOff = true;
  }

  #bookOf(pod: string, container: string): ContainerBook {
    const known = this.#books.get(container);
    if (known !== undefined) return known;
    const book = { pod, lines: [], cutOff: false };
    this.#books.set(container, book);
    return book;
  }

  /** @param fromEpochMs what was answered before, such as while a rate was looked for, is left out */
  since(fromEpochMs: number): readonly ServedByPod[] {
    const pods = new Map<string, ServedByPod>();
    for (const { pod, lines, cutOff } of this.#books.values()) {
      const before = lines.findLast(({ epochMs }) => epochMs < fromEpochMs) ?? NOTHING;
      const last = lines.at(-1) ?? NOTHING;
      const sum = pods.get(pod) ?? { ...NOTHING, whole: true };
      pods.set(pod, {
        pod,
        answered: sum.answered + last.answered - before.answered,
        overflowed: sum.overflowed + last.overflowed - before.overflowed,
        errors: sum.errors + last.errors - before.errors,
        whole: sum.whole && !cutOff,
      });
    }
    return [...pods.values()].sort((a, b) => (a.pod < b.pod ? -1 : 1));
  }
}

/**
 * Whether both books agree: an attempt has one answer at most, and an answer that a caller got was given by a server.
 * @returns what speaks against it, in one sentence; null: they agree
 */
export function disagreement({ attempts, inFlight, answered, served }: RequestCounts): string | null {
  const given = served.reduce((sum, pod) => sum + pod.answered, 0);
  const asked = attempts + inFlight;
  if (given > asked) return `The servers answered ${given} requests, and only ${asked} were sent.`;
  if (given < answered && served.every(({ whole }) => whole))
    return `The servers answered ${given} requests, and callers got ${answered} answers.`;
  return null;
}
