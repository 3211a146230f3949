/** Counts failed requests by cause and keeps a bounded sample of them for their stories. */
import type { Cause, CauseTotal, FailureClass } from '../../record.ts';
import type { FailureEvent } from '../data-plane.ts';
import type { KeptFailure } from './story.ts';

interface CauseCount {
  readonly cause: Cause;
  readonly classes: ClassCount[];
  kept: number;
}

interface ClassCount {
  readonly class: FailureClass;
  failed: number;
}

export interface FailureRecorderOptions {
  /** How many failed requests of each cause are kept with their story. */
  readonly keptPerCause: number;
  /** One more that is kept whatever its cause. */
  readonly keptOrdinal: number | null;
}

export class FailureRecorder {
  readonly #causeOf: (failure: FailureEvent) => Cause;
  readonly #options: FailureRecorderOptions;
  readonly #counts = new Map<string, CauseCount>();
  readonly #quick = new Map<Cause['where'], Map<string, CauseCount>>();
  readonly kept: KeptFailure[] = [];
  /** What the failure before this one was counted under. */
  #last: CauseCount | null = null;
  #ordinal = 0;

  constructor(causeOf: (failure: FailureEvent) => Cause, options: FailureRecorderOptions) {
    this.#causeOf = causeOf;
    this.#options = options;
  }

  record(failure: FailureEvent): void {
    const ordinal = ++this.#ordinal;
    const cause = this.#causeOf(failure);
    // Failures come in bursts of one cause, which then need not be looked up.
    const last = this.#last;
    const isLast = last !== null && last.cause.where === cause.where && last.cause.rule === cause.rule;
    const count = isLast ? last : this.#countOf(cause);
    this.#last = count;
    classCountOf(count, failure.class).failed++;
    if (count.kept < this.#options.keptPerCause || ordinal === this.#options.keptOrdinal) {
      count.kept++;
      this.kept.push({ ordinal, failure: { ...failure }, cause });
    }
  }

  /** By the array's identity first: building a text for each of a million failures would take longer than the run. */
  #countOf(cause: Cause): CauseCount {
    const known = this.#quick.get(cause.where)?.get(cause.rule);
    if (known !== undefined) return known;
    const key = `${cause.rule}|${cause.where.map(({ file, line }) => `${file}:${line}`).join('|')}`;
    const count = this.#counts.get(key) ?? { cause, classes: [], kept: 0 };
    this.#counts.set(key, count);
    const byRule = this.#quick.get(cause.where) ?? new Map<string, CauseCount>();
    byRule.set(cause.rule, count);
    this.#quick.set(cause.where, byRule);
    return count;
  }

  /** Most frequent first; ties in order of first occurrence. */
  causes(): CauseTotal[] {
    return [...this.#counts.values()]
      .map(({ cause: { rule, where }, classes }) => ({
        rule,
        where,
        failed: classes.reduce((sum, { failed }) => sum + failed, 0),
        failedByClass: Object.fromEntries(classes.map((one) => [one.class, one.failed])),
      }))
      .sort((a, b) => b.failed - a.failed);
  }
}

/** Few classes fail for one cause: a list of them is quicker to look through than an object by their names. */
function classCountOf({ classes }: CauseCount, failure: FailureClass): ClassCount {
  for (const count of classes) if (count.class === failure) return count;
  const count = { class: failure, failed: 0 };
  classes.push(count);
  return count;
}
