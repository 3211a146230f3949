/**
 * Closed results of queueing theory that stand for requests which nobody follows: how many servers are busy, whether
 * an arrival waits, and how long it waits for one server with constant service.
 */

/**
 * Probability that an arrival finds all of `servers` busy in a loss system M/G/c/c (Erlang B), which is also that of an
 * M/G/∞ system with at most that many in it.
 * @param offered arrival rate × mean service time, in Erlang
 */
export function erlangB(servers: number, offered: number): number {
  if (offered <= 0) return servers === 0 ? 1 : 0;
  let blocked = 1;
  for (let n = 1; n <= servers; n++) blocked = (offered * blocked) / (n + offered * blocked);
  return blocked;
}

/** Probability that an arrival waits in M/M/c (Erlang C); 1 when the servers cannot keep up. */
export function erlangC(servers: number, offered: number): number {
  if (offered >= servers) return 1;
  const blocked = erlangB(servers, offered);
  return (servers * blocked) / (servers - offered * (1 - blocked));
}

/** Up to here, in service times, the exact series keeps enough digits; beyond, the tail is exponential. */
const SERIES_TO = 9;

/**
 * P(W ≤ t) of M/D/1 in units of the service time: Erlang's series (1909), continued by the exponential tail whose decay
 * η solves ρ(e^η − 1) = η.
 */
function waitProbability(utilization: number): (t: number) => number {
  const series = (t: number): number => {
    let sum = 0;
    let factorial = 1;
    for (let k = 0; k <= t; k++) {
      if (k > 0) factorial *= k;
      const x = utilization * (k - t);
      let power = 1;
      for (let i = 0; i < k; i++) power *= x;
      sum += (power / factorial) * Math.exp(-x);
    }
    return (1 - utilization) * sum;
  };
  let decay = 2 * (1 - utilization);
  for (let i = 0; i < 50; i++) {
    const error = utilization * (Math.exp(decay) - 1) - decay;
    decay -= error / (utilization * Math.exp(decay) - 1);
  }
  const beyond = 1 - series(SERIES_TO);
  return (t) => (t <= SERIES_TO ? series(t) : 1 - beyond * Math.exp(-decay * (t - SERIES_TO)));
}

/** Equally likely waits, in units of the service time, that stand for the law: the middles of this many equal parts. */
export const WAIT_PARTS = 256;

/**
 * Waits of M/D/1, in units of the constant service time, ascending.
 * @param utilization in [0, 1)
 */
export function constantServiceWaits(utilization: number): Float64Array {
  const waits = new Float64Array(WAIT_PARTS);
  if (utilization <= 0) return waits;
  const probability = waitProbability(utilization);
  const idle = 1 - utilization;
  let low = 0;
  for (let part = 0; part < WAIT_PARTS; part++) {
    const wanted = (part + 0.5) / WAIT_PARTS;
    if (wanted <= idle) continue;
    let high = low + 1;
    while (probability(high) < wanted) high *= 2;
    let from = low;
    for (let i = 0; i < 40; i++) {
      const middle = (from + high) / 2;
      if (probability(middle) < wanted) from = middle;
      else high = middle;
    }
    waits[part] = high;
    low = high;
  }
  return waits;
}
