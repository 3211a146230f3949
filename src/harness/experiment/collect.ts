/** Seventh stage, once the callers have begun: the measurements become a record and a file of raw requests. */
import { rmSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { DurationMs } from '../../kernel/time.ts';
import type { IdleStretch, Measurement, NodeCpu } from '../../record.ts';
import type { InjectedFault } from '../chaos/fault-log.ts';
import { EnvironmentError } from '../environment-error.ts';
import type { LoadResult, LoadRun, MeasuredRequest } from '../load.ts';
import { BIN_MS, recordOf } from '../recorder/record-of.ts';
import { writeRequests } from '../recorder/request-file.ts';
import { TrafficRecorder, type BaselineTraffic } from '../recorder/traffic-recorder.ts';
import { requestsFile, writeRecordFile } from './record-file.ts';
import type { Session } from './session.ts';
import { sleep } from './sleep.ts';
import { reasonsAgainst } from './validity.ts';

/** After the load has stopped, requests under way end within their timeouts; what is left then is in flight. */
const FINISH_MARGIN_MS = 20_000;

/** Makes no record of a time before time 0 in which nothing was offered. @param partial whether the replay ended before the scenario did */
export async function collect(session: Session, partial: boolean): Promise<void> {
  const { options, scenario, parts, load } = session;
  options.progress('collecting');
  if (load === null) return;
  const { result, lost } = await loadResult(load, scenario.traffic.clients.timeoutMs);
  const endedMs = session.endedMs ?? session.nowMs;
  if (endedMs < 0 && result.offered === 0) return;
  const traffic = new TrafficRecorder(BIN_MS, -options.baselineMs);
  await sleep(options.waits.lastCountsMs, new AbortController().signal);
  session.reading.abort(new Error('the replay is over'));
  let seen = 0;
  let attempts = 0;
  let answered = 0;
  let silenced = 0;
  const keptRequests = await attempt(async () =>
    writeRequests(requestsFile(options.outFile), inScenarioNames(session, result.requests), (request) => {
      seen += 1;
      attempts += request.attempts;
      if (request.outcome === 'ok' || request.outcome === 'http-5xx') answered += 1;
      if (isAskedFrom(request, session.faultLog.injected)) traffic.record(request);
      else silenced += 1;
    }),
  );
  if (keptRequests !== null) removeEarlier(requestsFile(options.outFile));
  session.clock.stop();
  const problems = [lost, keptRequests].filter((problem) => problem !== null);
  const measure = (baseline: BaselineTraffic): Measurement => ({
    settings: session.settings,
    changes: [
      ...(session.manifests?.differences ?? []),
      ...session.chaos.differences,
      ...nodeDifferences(session),
      ...silencedCallers(silenced),
    ],
    cluster: {
      name: parts.cluster.name,
      kubernetesVersion: parts.cluster.kubernetesVersion,
      kubeProxyMode: parts.cluster.kubeProxyMode,
      nodes: session.nodeNames?.used.length ?? 0,
    },
    load: parts.load.name,
    partial: partial || problems.length > 0,
    requestsFile: keptRequests === null ? basename(requestsFile(options.outFile)) : null,
    counts: {
      offered: result.offered,
      inFlight: result.inFlight,
      attempts,
      answered,
      served: session.books.since((session.zeroEpochMs ?? 0) + session.loadStartMs),
    },
    machineIdle: machineIdle(session),
    ...nodesUse(session),
    ...validity(session, baseline, result, result.offered - result.inFlight - seen),
  });
  session.record = recordOf({
    scenario,
    seed: options.seed,
    observation: session.observation(),
    faults: session.faultLog.injected,
    traffic,
    // Those of a baseline that broke off are in its counts alone.
    inFlight: endedMs < 0 ? 0 : result.inFlight,
    endedMs,
    scenarioNode: (name) => session.nodeNames?.scenario(name) ?? name,
    measure,
  });
  writeRecordFile(options.outFile, session.record);
  session.recordFile = options.outFile;
  const [problem] = problems;
  if (problem !== undefined) throw problem;
}

/** Requests entered through nodes of the cluster; the record speaks of the scenario's. */
function* inScenarioNames(
  { nodeNames }: Session,
  requests: Iterable<MeasuredRequest>,
): Iterable<MeasuredRequest> {
  for (const request of requests)
    yield { ...request, node: nodeNames?.scenario(request.node) ?? request.node };
}

/**
 * The scenario's callers on a node that is down ask for nothing; here they enter from outside, and only their entrance is
 * down. Those on a node that is cut off go on asking.
 */
function isAskedFrom({ node, arrivedMs }: MeasuredRequest, faults: readonly InjectedFault[]): boolean {
  return !faults.some(
    ({ fault: { action }, node: down, fromMs, untilMs }) =>
      action.kind === 'node-down' &&
      action.effect !== 'partition' &&
      down === node &&
      arrivedMs >= fromMs &&
      arrivedMs <= (untilMs ?? Number.POSITIVE_INFINITY),
  );
}

function silencedCallers(requests: number): Measurement['changes'] {
  if (requests === 0) return [];
  const why = 'callers on a node that is down ask for nothing: what was due at its entrance is not counted';
  return [{ object: 'traffic', path: 'requests left out', from: 0, to: requests, why }];
}

/** Requests of an earlier replay would be taken for those of the record; what is no file is left alone. */
function removeEarlier(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() === true) rmSync(path);
}

/** What a died generator had told until then stands, as the rest of the record does. */
async function loadResult(
  load: LoadRun,
  timeoutMs: DurationMs,
): Promise<{ readonly result: LoadResult; readonly lost: EnvironmentError | null }> {
  const ended = new AbortController();
  const late = sleep(timeoutMs + FINISH_MARGIN_MS, ended.signal);
  try {
    const result = await Promise.race([load.finished, late.then(() => null)]);
    if (result !== null) return { result, lost: null };
    return { result: load.soFar(), lost: new EnvironmentError('The load generator does not end.') };
  } catch (error) {
    const lost =
      error instanceof EnvironmentError
        ? error
        : new EnvironmentError(
            `The load generator died: ${error instanceof Error ? error.message : String(error)}.`,
          );
    return { result: load.soFar(), lost };
  } finally {
    // Its timer would keep the program from ending.
    ended.abort();
  }
}

async function attempt(work: () => Promise<void>): Promise<EnvironmentError | null> {
  try {
    await work();
    return null;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const why = code === 'ENOSPC' ? 'the disk is full' : message;
    return new EnvironmentError(`The requests of the replay cannot be kept: ${why}.`);
  }
}

function validity(
  session: Session,
  baseline: BaselineTraffic,
  { lagP99Ms }: LoadResult,
  unaccounted: number,
): Pick<Measurement, 'invalidBecause' | 'achievedRateShare' | 'lagP99Ms' | 'idleCpuShare' | 'clockErrorMs'> {
  const { zeroEpochMs, loadStartMs, cpu, clock, options } = session;
  const zero = zeroEpochMs ?? Date.now();
  const secondsBefore = Math.ceil(-loadStartMs / 1000);
  const secondsOfWarmUp = Math.floor((-loadStartMs - options.baselineMs) / 1000);
  const facts = {
    achievedRateShare: baseline.due === 0 ? 0 : baseline.sent / baseline.due,
    lagP99Ms: Math.max(0, ...lagP99Ms.slice(secondsOfWarmUp, secondsBefore)),
    idleCpuShare: cpu.idleShare(zero - options.baselineMs, zero),
    clockErrorMs: clock.errorMs,
  };
  const invalidBecause = reasonsAgainst({
    ...facts,
    baselineFailed: baseline.failed,
    baselineRequests: baseline.due,
    unaccounted,
    refusedChanges: session.changes?.unpredictedRefusals ?? [],
  });
  return { ...facts, invalidBecause };
}

function machineIdle({ cpu, zeroEpochMs, loadStartMs, endedMs, nowMs }: Session): readonly IdleStretch[] {
  const zero = zeroEpochMs ?? Date.now();
  return cpu
    .idleShares(zero + loadStartMs, zero + (endedMs ?? nowMs))
    .map(({ atMs, share }) => ({ endMs: atMs - zero, idleShare: share }));
}

function nodesUse({
  parts,
  nodeCpu,
  nodeNames,
  options,
  zeroEpochMs,
  endedMs,
  nowMs,
}: Session): Pick<Measurement, 'nodes'> {
  const zero = zeroEpochMs ?? Date.now();
  const nodes = parts.cluster.nodes.flatMap(({ name }): NodeCpu[] => {
    const coresBefore = nodeCpu?.meanCores(name, zero - options.baselineMs, zero) ?? null;
    const cores = nodeCpu?.meanCores(name, zero, zero + (endedMs ?? nowMs)) ?? null;
    if (coresBefore === null || cores === null) return [];
    return [{ name: nodeNames?.scenario(name) ?? name, coresBefore, cores }];
  });
  return nodes.length === 0 ? {} : { nodes };
}

function nodeDifferences({ nodeNames, scenario }: Session): Measurement['changes'] {
  return (nodeNames?.used ?? []).map(({ name }, index) => ({
    object: `node/${scenario.cluster.nodes[index]?.name ?? name}`,
    path: 'metadata.name',
    from: scenario.cluster.nodes[index]?.name ?? null,
    to: name,
    why: 'the scenario speaks of a node that this one plays',
  }));
}
