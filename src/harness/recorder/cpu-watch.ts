/** How idle the machine is, second by second: all of its processors together, from the kernel's own counters. */
import { cpus } from 'node:os';

export interface CpuTimes {
  readonly idleMs: number;
  readonly totalMs: number;
}

const SAMPLE_MS = 1000;

export class CpuWatch {
  readonly #read: () => CpuTimes;
  readonly #samples: { readonly atMs: number; readonly times: CpuTimes }[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(read: () => CpuTimes = readTimes) {
    this.#read = read;
    this.sample();
    this.#timer = setInterval(() => {
      this.sample();
    }, SAMPLE_MS);
    this.#timer.unref();
  }

  sample(): void {
    this.#samples.push({ atMs: Date.now(), times: this.#read() });
  }

  /** Share of idle time between two moments (milliseconds since the epoch); 1 when nothing was sampled in between. */
  idleShare(fromMs: number, toMs: number): number {
    const inside = this.#samples.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
    const first = inside.at(0)?.times;
    const last = inside.at(-1)?.times;
    if (first === undefined || last === undefined) return 1;
    const total = last.totalMs - first.totalMs;
    return total === 0 ? 1 : (last.idleMs - first.idleMs) / total;
  }

  /** Each stretch between two samples that lies between these moments: when it ended, and how much of it was idle. */
  idleShares(fromMs: number, toMs: number): readonly { readonly atMs: number; readonly share: number }[] {
    return this.#samples.flatMap(({ atMs, times }, index) => {
      const before = this.#samples[index - 1];
      if (before === undefined || before.atMs < fromMs || atMs > toMs) return [];
      const total = times.totalMs - before.times.totalMs;
      return [{ atMs, share: total <= 0 ? 1 : (times.idleMs - before.times.idleMs) / total }];
    });
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

function readTimes(): CpuTimes {
  let idleMs = 0;
  let totalMs = 0;
  for (const { times } of cpus()) {
    idleMs += times.idle;
    totalMs += times.user + times.nice + times.sys + times.idle + times.irq;
  }
  return { idleMs, totalMs };
}
