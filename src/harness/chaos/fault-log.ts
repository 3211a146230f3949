/** The faults that have begun, and what they hit: what failed requests are traced back to. */
import type { TimeMs } from '../../kernel/time.ts';
import type { Fault } from '../../scenario/fault.ts';
import type { Hits } from '../../scenario/fault-hits.ts';

export interface InjectedFault extends Hits {
  readonly fault: Fault;
  readonly fromMs: TimeMs;
  /** When it was undone; null: it has not been, or is never. */
  untilMs: TimeMs | null;
}

export class FaultLog {
  readonly injected: InjectedFault[] = [];

  add(fault: Fault, hits: Hits, fromMs: TimeMs): InjectedFault {
    const injected: InjectedFault = { fault, ...hits, fromMs, untilMs: null };
    this.injected.push(injected);
    return injected;
  }
}
