/**
 * Finds the cause of a failed request in what the record shows: which pod had stopped while its node still sent to it,
 * which fault was under way. What the record does not show is said to be unknown, and never guessed.
 */
import type { TimeMs } from '../../kernel/time.ts';
import { UNKNOWN_RULE, type Cause } from '../../record.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { InjectedFault } from '../chaos/fault-log.ts';
import { causeOfFault } from './fault-cause.ts';
import { ReplayedLines } from './manifest-lines.ts';
import { sentFromMs, sentUntilMs, type PodChapter, type PodHistory } from './pod-history.ts';
import type { Subject } from './subject.ts';
import type { FailedMeasurement } from './traffic-recorder.ts';

/** The generator's clock and the pods' are this close, and a process is gone this soon after its last line. */
const TOLERANCE_MS = 60;

export interface AttributionInput {
  readonly scenario: Scenario;
  readonly subject: Subject;
  readonly histories: ReadonlyMap<string, PodHistory>;
  readonly faults: readonly InjectedFault[];
  /** Ready endpoints at a time, by the record's own series. */
  readonly readyEndpointsAt: (timeMs: TimeMs) => number;
}

export interface AttributedFailure extends Cause {
  /** The pod that is behind it: the one that answered, or the only one that can have been reached; null: nobody knows. */
  readonly pod: string | null;
}

const UNKNOWN: AttributedFailure = { rule: UNKNOWN_RULE, where: [], pod: null };

export class MeasuredAttribution {
  readonly #input: AttributionInput;
  readonly #lines: ReplayedLines;
  readonly #histories: readonly PodHistory[];

  constructor(input: AttributionInput) {
    this.#input = input;
    this.#lines = new ReplayedLines(input.scenario, input.subject);
    this.#histories = [...input.histories.values()];
  }

  causeOf(request: FailedMeasurement): AttributedFailure {
    const { faults } = this.#input;
    const broken = causeOfFault(request, faults);
    if (broken !== null) return { ...broken, pod: request.pod };
    switch (request.outcome) {
      case 'refused':
        return this.#refused(request);
      case 'reset':
      case 'eof':
        return this.#cut(request);
      case 'connect-timeout':
      case 'request-timeout':
      case 'unreachable':
        return this.#silent(request);
      case 'http-5xx':
        return this.#ownError(request);
      case 'http-502':
      case 'http-503':
      case 'http-504':
      case 'dns':
        return UNKNOWN;
    }
  }

  /** Nothing listened where the proxy sent it, or the proxy had nowhere to send it. */
  #refused(request: FailedMeasurement): AttributedFailure {
    const { sentMs, endedMs, node } = request;
    const sent = (history: PodHistory): boolean =>
      sentFromMs(history) <= endedMs && sentUntilMs(history, node) >= sentMs;
    const stopped = this.#chapters(
      (history, chapter) => sent(history) && endOf(chapter) <= endedMs + TOLERANCE_MS,
    );
    // The last to have stopped by then; one that stopped a moment later only when clocks must be to blame.
    const before = stopped.filter(({ chapter }) => endOf(chapter) <= endedMs);
    const [last] = before.length > 0 ? before.sort(byEnd) : stopped.sort(byEnd).reverse();
    if (last !== undefined) return this.#closedListener(last);
    const early = this.#histories.find(
      (history) =>
        sent(history) && !history.chapters.some(({ openMs }) => openMs !== null && openMs <= endedMs),
    );
    if (early !== undefined) {
      return { rule: 'R-POD-14', where: this.#lines.container(''), pod: early.pod };
    }
    return this.#input.readyEndpointsAt(endedMs) === 0 ? this.#noEndpoints() : UNKNOWN;
  }

  #closedListener({ history, chapter }: PodAndChapter): AttributedFailure {
    const { pod } = history;
    if (history.terminatingMs === null)
      return {
        rule: chapter.signalMs === null ? 'R-POD-25' : 'R-POD-27',
        where: this.#lines.container(''),
        pod,
      };
    const { signalledByHook } = this.#lines;
    const rule = signalledByHook ? 'R-SRV-7' : 'R-SRV-5';
    return { rule, where: this.#lines.preStop, pod };
  }

  #noEndpoints(): AttributedFailure {
    const { deployment } = this.#input.subject;
    const recreate = deployment?.strategy.type === 'Recreate';
    return {
      rule: recreate ? 'R-DEP-20' : 'R-KP-7',
      where: this.#lines.deployment(recreate ? 'spec.strategy.type' : 'spec.strategy'),
      pod: null,
    };
  }

  /** The connection ended before the answer: its server stopped, was killed, or closed it as idle. */
  #cut(request: FailedMeasurement): AttributedFailure {
    const { endedMs, connection } = request;
    const near = (timeMs: TimeMs | null): boolean =>
      timeMs !== null && Math.abs(timeMs - endedMs) <= TOLERANCE_MS;
    const own = (pod: string): boolean => request.pod === null || request.pod === pod;
    const exited = this.#chapters(
      ({ pod }, { exitedMs, killedMs }) => own(pod) && near(killedMs ?? exitedMs),
    );
    const [gone] = exited;
    if (gone !== undefined) return this.#endedInFlight(gone);
    const closing = this.#chapters(({ pod }, { closedMs }) => own(pod) && near(closedMs));
    const [closed] = closing;
    if (closed !== undefined) {
      const { pod } = closed.history;
      return connection === 'new'
        ? { rule: 'R-SRV-3', where: this.#lines.preStop, pod }
        : { rule: 'R-SRV-8', where: this.#lines.workload('onSigterm'), pod };
    }
    if (connection === 'new') return UNKNOWN;
    const draining = this.#chapters(
      ({ pod }, { signalMs, exitedMs }) =>
        own(pod) &&
        signalMs !== null &&
        signalMs <= endedMs &&
        (exitedMs ?? Number.POSITIVE_INFINITY) >= endedMs,
    );
    const [stopping] = draining;
    if (stopping !== undefined)
      return { rule: 'R-SRV-8', where: this.#lines.workload('onSigterm'), pod: stopping.history.pod };
    return { rule: 'R-CLI-5', where: this.#lines.workload('keepAliveTimeout'), pod: request.pod };
  }

  #endedInFlight({ history: { pod, terminatingMs }, chapter }: PodAndChapter): AttributedFailure {
    if (terminatingMs === null)
      return {
        rule: chapter.signalMs === null ? 'R-POD-25' : 'R-POD-27',
        where: this.#lines.container(''),
        pod,
      };
    if (chapter.killedMs === null) return { rule: 'R-SRV-2', where: this.#lines.workload('onSigterm'), pod };
    const rule = this.#lines.ignoresSigterm ? 'R-SRV-1' : 'R-SRV-10';
    return { rule, where: this.#lines.podSpec('terminationGracePeriodSeconds'), pod };
  }

  /** Nobody answered: an address whose pod has ended and that its node still sends to, or a server that cannot keep up. */
  #silent(request: FailedMeasurement): AttributedFailure {
    const { sentMs, outcome, node } = request;
    if (outcome === 'request-timeout') return { ...UNKNOWN, pod: request.pod };
    const ended = this.#chapters(
      (history, chapter) => endOf(chapter) <= sentMs + TOLERANCE_MS && sentUntilMs(history, node) >= sentMs,
    );
    const [last] = ended.sort(byEnd);
    return last === undefined ? UNKNOWN : { rule: 'R-CLI-6', where: [], pod: last.history.pod };
  }

  #ownError({ pod }: FailedMeasurement): AttributedFailure {
    if (!this.#lines.hasErrorRate) return { ...UNKNOWN, pod };
    return { rule: 'R-SRV-11', where: this.#lines.workload('errorRate'), pod };
  }

  #chapters(holds: (history: PodHistory, chapter: PodChapter) => boolean): PodAndChapter[] {
    return this.#histories.flatMap((history) =>
      history.chapters.filter((chapter) => holds(history, chapter)).map((chapter) => ({ history, chapter })),
    );
  }
}

interface PodAndChapter {
  readonly history: PodHistory;
  readonly chapter: PodChapter;
}

function byEnd(a: PodAndChapter, b: PodAndChapter): number {
  return endOf(b.chapter) - endOf(a.chapter);
}

/** When its listener was last open; Infinity: it is still. */
function endOf({ closedMs, exitedMs }: PodChapter): TimeMs {
  return closedMs ?? exitedMs ?? Number.POSITIVE_INFINITY;
}
