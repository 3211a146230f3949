/**
 * The load of a replay as a k6 script: constant arrival rates, thresholds from the scenario's expectations, and a line for
 * each request from which the record is made. `sim replay --load k6` runs it; alone it has nothing to call.
 * k6 is written in Go, which tries idempotent requests again on its own when a reused connection has died (R-CLI-3).
 */
import exec from 'k6/execution';
import http, { type RefinedResponse } from 'k6/http';
import { Counter, Rate, Trend } from 'k6/metrics';
import type { Options, Scenario } from 'k6/options';
import { sleep } from 'k6';
import type { K6Settings, K6Stretch } from '../src/harness/load/k6-settings.ts';

/** k6 has it, and its types leave it out. */
declare const console: { log(text: string): void };

const settings = JSON.parse(__ENV['ROLLOUT_SIM_K6'] ?? 'null') as K6Settings;
if (settings === null) throw new Error('sim replay --load k6 runs this script, and tells it what to call');

const OUTCOMES = [
  'ok',
  'refused',
  'reset',
  'eof',
  'connect-timeout',
  'unreachable',
  'request-timeout',
  'http-5xx',
  'http-502',
  'http-503',
  'http-504',
  'dns',
] as const;
type Outcome = (typeof OUTCOMES)[number];

const counters = new Map<Outcome, Counter>(
  OUTCOMES.map((outcome) => [outcome, new Counter(`outcome_${outcome.replaceAll('-', '_')}`)]),
);
const offered = new Counter('offered_requests');
const failedRequests = new Counter('failed_requests');
const failedShare = new Rate('failed_share');
const latency = new Trend('latency_ms', true);

/** Every connection of every client is a virtual user of k6, since each has connections of its own. */
const VUS_MAX = settings.clients * settings.connectionsEach;
/** Users that wait in memory from the start: making one takes longer than a request. */
const VUS_AHEAD_S = 0.5;

export const options: Options = {
  scenarios: scenariosOf(settings),
  thresholds: Object.fromEntries(
    Object.entries(settings.thresholds).map(([name, conditions]) => [name, [...conditions]]),
  ),
  noConnectionReuse: !settings.keepAlive,
  discardResponseBodies: true,
  setupTimeout: '1h',
  summaryTrendStats: ['med', 'p(90)', 'p(99)', 'p(99.9)', 'count'],
  // Their labels cost memory for each request, and nobody reads them.
  systemTags: [],
};

function scenariosOf({ stretches, closed, startMs, endMs }: K6Settings): Record<string, Scenario> {
  const gracefulStop = '60s';
  if (closed !== null) {
    const duration = `${Math.round(endMs - startMs)}ms`;
    return { users: { executor: 'constant-vus', vus: closed.users, duration, gracefulStop, exec: 'user' } };
  }
  const entries = stretches.map((stretch, index): [string, Scenario] => {
    const preAllocatedVUs = Math.min(VUS_MAX, Math.max(1, Math.ceil(stretch.rateRps * VUS_AHEAD_S)));
    return [
      `stretch_${index}`,
      {
        executor: 'constant-arrival-rate',
        // k6 takes whole numbers: a thousand seconds hold three digits after the point.
        rate: Math.max(1, Math.round(stretch.rateRps * 1000)),
        timeUnit: '1000s',
        duration: `${Math.round(stretch.toMs - stretch.fromMs)}ms`,
        startTime: `${Math.round(stretch.fromMs - startMs)}ms`,
        preAllocatedVUs,
        maxVUs: VUS_MAX,
        gracefulStop,
        exec: 'request',
      },
    ];
  });
  return Object.fromEntries(entries);
}

/** Tells the harness that everything is loaded, and waits for the load's start. */
export function setup(): void {
  console.log('ready');
  sleep(Math.max(0, (settings.zeroEpochMs + settings.startMs - Date.now()) / 1000));
}

/** One request of the open loop. */
export async function request(): Promise<void> {
  const { name, startTime, iterationInTest } = exec.scenario;
  const stretch: K6Stretch | undefined = settings.stretches[Number(name.replace('stretch_', ''))];
  if (stretch === undefined) throw new Error(`there is no stretch ${name}`);
  await follow(startTime - settings.zeroEpochMs + (iterationInTest * 1000) / stretch.rateRps);
}

/** One turn of a closed loop's user. */
export async function user(): Promise<void> {
  const thinkTimes = settings.closed?.thinkTimesMs ?? [];
  sleep((thinkTimes[Math.floor(Math.random() * thinkTimes.length)] ?? 0) / 1000);
  if (nowMs() < settings.endMs) await follow(nowMs());
}

function nowMs(): number {
  return Date.now() - settings.zeroEpochMs;
}

interface Attempt {
  readonly outcome: Outcome;
  readonly isNew: boolean;
  readonly pod: string;
  readonly sentMs: number;
}

async function follow(dueMs: number): Promise<void> {
  const client = (exec.vu.idInTest - 1) % settings.clients;
  const { max, on, backoff } = settings.retries;
  offered.add(1);
  let attempts = 1;
  let attempt = await attemptOnce(client);
  while (attempt.outcome !== 'ok' && attempts <= max && on.includes(retryKind(attempt.outcome))) {
    sleep((Math.min(backoff.capMs, backoff.baseMs * 2 ** attempts) * Math.random()) / 1000);
    attempts += 1;
    attempt = await attemptOnce(client);
  }
  const { outcome, isNew, pod, sentMs } = attempt;
  const endedMs = nowMs();
  counters.get(outcome)?.add(1);
  failedShare.add(outcome !== 'ok');
  if (outcome === 'ok') latency.add(endedMs - dueMs);
  else failedRequests.add(1);
  const times = [dueMs, sentMs, endedMs].map((time) => time.toFixed(1)).join(' ');
  console.log(`request ${times} ${outcome} ${isNew ? 'new' : 'reused'} ${client} ${attempts} ${pod}`);
}

async function attemptOnce(client: number): Promise<Attempt> {
  const { urls, method, timeoutMs, podHeader } = settings;
  const hasBody = method === 'POST' || method === 'PUT';
  const sentMs = nowMs();
  const response = await http.asyncRequest(method, urls[client % urls.length] ?? '', hasBody ? '{}' : null, {
    timeout: `${timeoutMs}ms`,
    ...(hasBody ? { headers: { 'Content-Type': 'application/json' } } : {}),
  });
  const pod = response.headers[podHeader] ?? '';
  const outcome = outcomeOf(response, pod);
  const neverConnected = ['refused', 'connect-timeout', 'unreachable', 'dns'].includes(outcome);
  return {
    outcome,
    isNew: neverConnected || response.timings.connecting > 0,
    pod: pod === '' ? '-' : pod,
    sentMs,
  };
}

/** R-SRV-11 by k6's error codes (https://grafana.com/docs/k6/latest/javascript-api/error-codes/) and Go's words. */
export function outcomeOf(
  { status, error, error_code: code }: Pick<RefinedResponse<'none'>, 'status' | 'error' | 'error_code'>,
  pod: string,
): Outcome {
  if (status >= 500) {
    const proxys = `http-${status}` as Outcome;
    return pod === '' && OUTCOMES.includes(proxys) ? proxys : 'http-5xx';
  }
  if (status > 0) return 'ok';
  if (code >= 1100 && code < 1200) return 'dns';
  if (/no route to host|network is unreachable|host is down/u.test(error)) return 'unreachable';
  if (code === 1211) return 'connect-timeout';
  if (code === 1212 || /connection refused/u.test(error)) return 'refused';
  if (code === 1050 || /timeout|deadline exceeded/u.test(error)) {
    return /dial/u.test(error) ? 'connect-timeout' : 'request-timeout';
  }
  return /EOF/u.test(error) ? 'eof' : 'reset';
}

function retryKind(outcome: Outcome): string {
  if (outcome.startsWith('http-')) return '5xx';
  if (outcome === 'request-timeout') return 'timeout';
  return outcome === 'reset' || outcome === 'eof' ? 'reset' : 'connect';
}

interface SummaryMetric {
  readonly values: Readonly<Record<string, number>>;
}

/** One line of JSON, which closes the record's account of the load. */
export function handleSummary({
  metrics,
}: {
  readonly metrics: Readonly<Record<string, SummaryMetric | undefined>>;
}): { readonly stdout: string } {
  const count = (name: string): number => metrics[name]?.values['count'] ?? 0;
  const outcomes = OUTCOMES.map((outcome) => [outcome, count(`outcome_${outcome.replaceAll('-', '_')}`)]);
  const summary = {
    offered: count('offered_requests'),
    dropped: count('dropped_iterations'),
    outcomes: Object.fromEntries(outcomes) as Record<Outcome, number>,
  };
  return { stdout: `\nsummary ${JSON.stringify(summary)}\n` };
}
