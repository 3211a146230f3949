/** `--rate auto`: the largest rate at which a short baseline is valid on this machine, found by halving and bisection. */
import { EnvironmentError } from '../environment-error.ts';
import { TrafficRecorder } from '../recorder/traffic-recorder.ts';
import { BIN_MS } from '../recorder/record-of.ts';
import { loadPlan } from './load-plan.ts';
import type { RateSearch } from './replay-options.ts';
import { peakRate, rateSetting } from './scaled-rate.ts';
import type { Session } from './session.ts';
import { reasonsAgainst } from './validity.ts';

/** Below this there is nothing left to measure. */
const RATE_MIN = 20;
const BISECTIONS = 4;
/** What a short trial just bears, a long baseline may not. */
const MARGIN = 0.9;

/** Leaves the session's scenario and settings at that rate. @throws EnvironmentError when no rate is valid */
export async function findRate(session: Session, search: RateSearch, signal: AbortSignal): Promise<void> {
  const wanted = peakRate(session.scenario.traffic);
  if (wanted === null) return;
  let low = 0;
  let high = wanted;
  let reasons = await tryRate(session, search, wanted, signal);
  if (reasons.length === 0) return;
  while (low === 0 && high / 2 >= RATE_MIN) {
    const rate = high / 2;
    reasons = await tryRate(session, search, rate, signal);
    if (reasons.length === 0) low = rate;
    else high = rate;
  }
  if (low === 0) {
    throw new EnvironmentError(
      `No rate from ${RATE_MIN} requests/s on gives a valid baseline here: ${reasons[0] ?? 'the rate is too small'}`,
    );
  }
  for (let step = 0; step < BISECTIONS; step++) {
    const rate = (low + high) / 2;
    if ((await tryRate(session, search, rate, signal)).length === 0) low = rate;
    else high = rate;
  }
  take(session, search, Math.floor(low * MARGIN));
}

function take(session: Session, search: RateSearch, rateRps: number): void {
  const setting = rateSetting(session.scenario.traffic, rateRps);
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
  rateRps: number,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { options, parts } = session;
  options.progress(`trying ${Math.round(rateRps)} requests/s`);
  take(session, search, Math.round(rateRps));
  const zeroEpochMs = Date.now() + options.waits.loadStartMs + search.trialMs;
  const times = { zeroEpochMs, startMs: -search.trialMs, endMs: 0 };
  const run = await parts.load.start(loadPlan(session, times));
  session.load = run;
  try {
    await session.wait(zeroEpochMs - Date.now(), signal);
    run.stop();
    const { requests, lagP99Ms } = await run.finished;
    const traffic = new TrafficRecorder(BIN_MS);
    for (const request of requests) if (request.arrivedMs < 0) traffic.record(request);
    const { baseline } = traffic.finish(BIN_MS, 0);
    return reasonsAgainst({
      achievedRateShare: baseline.due === 0 ? 0 : baseline.sent / baseline.due,
      lagP99Ms: Math.max(0, ...lagP99Ms),
      baselineFailed: baseline.failed,
      baselineRequests: baseline.due,
      idleCpuShare: session.cpu.idleShare(zeroEpochMs - search.trialMs, zeroEpochMs),
      clockErrorMs: 0,
      unaccounted: 0,
    });
  } finally {
    await run.abort();
    session.load = null;
  }
}
