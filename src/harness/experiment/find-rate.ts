/**
 * `--rate auto`: the largest rate at which a short baseline is valid on this machine. Each trial is the scenario's own
 * callers against its settled pods, judged as a baseline is.
 */
import { EnvironmentError } from '../environment-error.ts';
import type { LoadResult, LoadRun } from '../load.ts';
import { BIN_MS } from '../recorder/record-of.ts';
import { TrafficRecorder } from '../recorder/traffic-recorder.ts';
import { loadPlan } from './load-plan.ts';
import { RATE_MIN, searchRate, type RateTrial } from './rate-search.ts';
import type { RateSearch } from './replay-options.ts';
import { peakRate, rateSetting } from './scaled-rate.ts';
import type { Session } from './session.ts';
import { sleep } from './sleep.ts';
import { reasonsAgainst } from './validity.ts';

/** What any machine bears, and enough for every pod to have its code compiled: in the first trial all would do so at once. */
const WARM_UP_RPS_MAX = 500;
/** A trial that lasts so many short ones finds more of the machine's bad seconds. */
const LONG_TRIAL = 2;
/** Requests that take longer to end make no valid baseline, however long the callers would wait. */
const ENDING_MS_MAX = 15_000;
const ENDING_MARGIN_MS = 1000;

/**
 * Leaves the session's scenario and settings at that rate.
 * @param settled resolves once all pods are ready again: too many requests make them fail their probes
 * @throws EnvironmentError when no rate is valid
 */
export async function findRate(
  session: Session,
  search: RateSearch,
  settled: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const { traffic } = session.scenario;
  const wanted = peakRate(traffic);
  if (wanted === null || wanted === 0) return;
  const take = (rateRps: number): void => {
    takeRate(session, search, rateSetting(traffic, rateRps));
  };
  session.options.progress('warming the pods up');
  const warmUpRps = Math.min(wanted, WARM_UP_RPS_MAX);
  take(warmUpRps);
  await tryRate(session, search, { rateRps: warmUpRps, long: false }, signal);
  const { rateRps, reason } = await searchRate(wanted, async (trial) => {
    const what = `${trial.rateRps} requests/s${trial.long ? ', for longer' : ''}`;
    session.options.progress(`trying ${what}`);
    take(trial.rateRps);
    const reasons = await tryRate(session, search, trial, signal);
    search.tell(`${what}: ${reasons.length === 0 ? 'valid' : reasons.join(' ')}`);
    if (reasons.length > 0) await sleep(session.options.waits.quietMs, signal);
    await settled();
    return reasons;
  });
  if (rateRps === null) {
    throw new EnvironmentError(
      `No rate from ${Math.min(RATE_MIN, wanted)} to ${wanted} requests/s gives a valid baseline here: ${reason ?? ''}`,
    );
  }
  take(rateRps);
  search.tell(`replaying at ${rateRps} requests/s`);
}

function takeRate(session: Session, search: RateSearch, setting: string | null): void {
  if (setting === null) return;
  const settings = [...session.options.settings, setting];
  const scenario = search.reload(settings);
  if (scenario === null) throw new Error(`the scenario does not take ${setting}`);
  session.scenario = scenario;
  session.settings = settings;
}

/** @returns what makes a baseline at that rate invalid */
async function tryRate(
  session: Session,
  search: RateSearch,
  { long }: RateTrial,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { options, parts } = session;
  const lastsMs = search.trialMs * (long ? LONG_TRIAL : 1);
  const zeroEpochMs = Date.now() + options.waits.loadStartMs + lastsMs;
  const run = await parts.load.start(loadPlan(session, { zeroEpochMs, startMs: -lastsMs, endMs: 0 }), signal);
  session.load = run;
  try {
    const result = await resultOf(run, session, zeroEpochMs, signal);
    return typeof result === 'string' ? [result] : reasonsOf(result, session, zeroEpochMs, lastsMs);
  } finally {
    await run.abort();
    session.load = null;
  }
}

/** @returns the result, or why there is none: a generator at its limits speaks against the rate, not against the replay */
async function resultOf(
  run: LoadRun,
  session: Session,
  zeroEpochMs: number,
  signal: AbortSignal,
): Promise<LoadResult | string> {
  const { timeoutMs } = session.scenario.traffic.clients;
  const endingMs = Math.min(ENDING_MS_MAX, timeoutMs + ENDING_MARGIN_MS);
  const over = new AbortController();
  const stop = AbortSignal.any([signal, over.signal]);
  try {
    const ended = run.finished;
    await Promise.race([sleep(Math.max(0, zeroEpochMs - Date.now()), stop), ended]);
    run.stop();
    const late = sleep(endingMs, stop).then(
      () => `Some requests had not ended ${endingMs / 1000} s after the last was due.`,
    );
    return await Promise.race([ended, late]);
  } catch (error) {
    if (signal.aborted || !(error instanceof EnvironmentError)) throw error;
    return error.message;
  } finally {
    over.abort();
  }
}

function reasonsOf(
  { requests, lagP99Ms, inFlight }: LoadResult,
  { cpu }: Session,
  zeroEpochMs: number,
  lastsMs: number,
): readonly string[] {
  const traffic = new TrafficRecorder(BIN_MS, -lastsMs);
  for (const request of requests) if (request.arrivedMs < 0) traffic.record(request);
  const { baseline } = traffic.finish(BIN_MS, 0);
  return reasonsAgainst({
    achievedRateShare: baseline.due === 0 ? 0 : baseline.sent / baseline.due,
    lagP99Ms: Math.max(0, ...lagP99Ms),
    baselineFailed: baseline.failed + inFlight,
    baselineRequests: baseline.due + inFlight,
    idleCpuShare: cpu.idleShare(zeroEpochMs - lastsMs, zeroEpochMs),
    clockErrorMs: 0,
    unaccounted: 0,
    refusedChanges: [],
  });
}
