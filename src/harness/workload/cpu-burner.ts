/** Uses up CPU time, not wall time: a container whose CPU is throttled takes longer for the same work. */

/** What node:http itself takes of the CPU for one small request, measured on the loopback interface. */
const SERVER_OWN_MS = 0.05;
const CALIBRATION_ROUNDS = 200_000;
/** The first rounds run in the interpreter. */
const WARM_UP_ROUNDS = 50_000;

let sink = 0;

function spin(rounds: number): void {
  let value = sink | 1;
  for (let round = 0; round < rounds; round++) value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  sink = value;
}

/** @returns what burns the CPU time of one request; nothing when the server itself takes as much */
export function cpuBurner(cpuPerRequestMs: number): () => void {
  const ownMs = cpuPerRequestMs - SERVER_OWN_MS;
  if (ownMs <= 0) return () => {};
  const rounds = Math.round(ownMs * roundsPerMs());
  return () => {
    spin(rounds);
  };
}

function roundsPerMs(): number {
  spin(WARM_UP_ROUNDS);
  const before = process.cpuUsage();
  spin(CALIBRATION_ROUNDS);
  const { user, system } = process.cpuUsage(before);
  return (CALIBRATION_ROUNDS * 1000) / Math.max(1, user + system);
}
