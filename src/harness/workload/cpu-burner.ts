/**
 * Uses up CPU time, not wall time: a container whose CPU is throttled takes longer for the same work. The loop watches
 * the process's own CPU clock, since a rate measured at the start would be that of code not yet optimised.
 */

/** What node:http itself takes of the CPU for one small request, measured on the loopback interface. */
const SERVER_OWN_MS = 0.05;
/** Some microseconds, between two looks at the clock. */
const ROUNDS = 2000;

let sink = 1;

function spin(): void {
  let value = sink;
  for (let round = 0; round < ROUNDS; round++) value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d) | 1;
  sink = value;
}

/** @returns what burns the CPU time of one request; nothing when the server itself takes as much */
export function cpuBurner(cpuPerRequestMs: number): () => void {
  const ownUs = (cpuPerRequestMs - SERVER_OWN_MS) * 1000;
  if (ownUs <= 0) return () => {};
  return () => {
    const before = process.cpuUsage();
    for (;;) {
      spin();
      const { user, system } = process.cpuUsage(before);
      if (user + system >= ownUs) return;
    }
  };
}
