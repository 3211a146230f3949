/** A load plan as the k6 script takes it. k6 has no Poisson arrivals: they come at equal distances instead. */
import { compileDistribution } from '../../kernel/distribution.ts';
import { RandomStreams } from '../../kernel/random.ts';
import type { TimeMs } from '../../kernel/time.ts';
import type { Expectation, Traffic } from '../../scenario/scenario.ts';
import type { LoadPlan } from '../load.ts';
import { POD_HEADER, REQUEST_PATH } from '../workload/request-path.ts';
import type { K6Settings, K6Stretch } from './k6-settings.ts';

/** A ramp is climbed in steps of this length. */
const STEP_MS = 1000;
const THINK_TIMES = 1000;

export function k6Settings(plan: LoadPlan, expectations: readonly Expectation[]): K6Settings {
  const { traffic, entrances, seed, zeroEpochMs, startMs, endMs } = plan;
  const { clients, closed } = traffic;
  const random = new RandomStreams(seed).stream('think-time');
  const thinkTime = closed === null ? null : compileDistribution(closed.thinkTime);
  return {
    zeroEpochMs,
    startMs,
    endMs,
    urls: entrances.map(({ host, port }) => `http://${host}:${port}${REQUEST_PATH}`),
    clients: clients.count,
    connectionsEach: clients.connectionsEach,
    keepAlive: clients.keepAlive,
    method: clients.method,
    timeoutMs: clients.timeoutMs,
    retries: clients.retries,
    stretches: closed === null ? stretchesOf(traffic, startMs, endMs) : [],
    closed:
      closed === null || thinkTime === null
        ? null
        : {
            users: closed.users,
            thinkTimesMs: Array.from({ length: THINK_TIMES }, () => thinkTime.sample(random)),
          },
    thresholds: thresholdsOf(expectations),
    // Go spells every header with capitals.
    podHeader: POD_HEADER.replaceAll(/(^|-)[a-z]/gu, (letter) => letter.toUpperCase()),
  };
}

function stretchesOf(traffic: Traffic, startMs: TimeMs, endMs: TimeMs): readonly K6Stretch[] {
  const stretches: K6Stretch[] = [];
  const borders = [startMs, ...traffic.rate.map(({ atMs }) => atMs), endMs]
    .filter((timeMs) => timeMs >= startMs && timeMs <= endMs)
    .sort((a, b) => a - b);
  for (const [index, fromMs] of borders.entries()) {
    const untilMs = borders[index + 1];
    if (untilMs === undefined || untilMs === fromMs) continue;
    const steps = traffic.ramp ? Math.ceil((untilMs - fromMs) / STEP_MS) : 1;
    const widthMs = (untilMs - fromMs) / steps;
    for (let step = 0; step < steps; step++) {
      const at = fromMs + step * widthMs;
      const rateRps = rateAt(traffic, at + widthMs / 2);
      if (rateRps > 0) stretches.push({ fromMs: at, toMs: at + widthMs, rateRps });
    }
  }
  return stretches;
}

function rateAt({ rate, ramp }: Traffic, timeMs: TimeMs): number {
  const index = rate.findLastIndex(({ atMs }) => atMs <= timeMs);
  const point = rate[Math.max(0, index)];
  const next = index === -1 ? undefined : rate[index + 1];
  if (point === undefined) return 0;
  if (!ramp || next === undefined) return point.rateRps;
  return point.rateRps + ((next.rateRps - point.rateRps) * (timeMs - point.atMs)) / (next.atMs - point.atMs);
}

/** Those of the scenario's expectations that a load generator can see, on the script's own metrics. */
function thresholdsOf(expectations: readonly Expectation[]): Readonly<Record<string, readonly string[]>> {
  const thresholds: Record<string, string[]> = {};
  for (const expectation of expectations) {
    if (expectation.name === 'failedRequests')
      (thresholds['failed_requests'] ??= []).push(`count<=${expectation.max}`);
    if (expectation.name === 'failedShare')
      (thresholds['failed_share'] ??= []).push(`rate<=${expectation.max}`);
    if (expectation.name === 'latency') {
      const quantile = { p50: '50', p90: '90', p99: '99', p999: '99.9' }[expectation.quantile];
      (thresholds['latency_ms'] ??= []).push(`p(${quantile})<=${expectation.maxMs}`);
    }
  }
  return thresholds;
}
