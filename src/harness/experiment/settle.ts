/** Second stage: the state that the scenario starts from, applied and settled, and reached through every entrance. */
import { connect } from 'node:net';
import { EnvironmentError } from '../environment-error.ts';
import { readyPods, isOfService } from '../recorder/object-events.ts';
import { ApiError, ManifestRefused } from '../kubernetes/api-error.ts';
import type { AppliedObject, KubernetesClient } from '../kubernetes/client.ts';
import { hasCondition } from '../kubernetes/live-objects.ts';
import { rolloutStatus } from '../kubernetes/rollout-status.ts';
import { subjectOf } from '../recorder/subject.ts';
import { AUTOSCALER, autoscaled } from './autoscaled.ts';
import { findRate } from './find-rate.ts';
import type { Session } from './session.ts';
import { sleep } from './sleep.ts';

const POLL_MS = 100;

export async function settle(session: Session, signal: AbortSignal): Promise<void> {
  const { manifests, options, scenario } = session;
  options.progress('applying the state that the scenario starts from');
  const { before } = session.opened(manifests);
  const client = session.opened(session.client);
  for (const object of before) await applied(client, object, signal);
  for (const object of autoscaled(before)) await applied(client, object, signal, AUTOSCALER);
  const deadline = performance.now() + options.waits.settleWithinMs;
  await untilSettled(session, deadline, signal);
  for (const { name, entrance } of session.opened(session.nodeNames).used) {
    while (!(await answers(entrance.host, entrance.port))) {
      if (performance.now() > deadline) {
        throw new EnvironmentError(
          `The Service ${scenario.traffic.service} does not answer through node ${name} on ${entrance.host}:${entrance.port}.`,
        );
      }
      await sleep(POLL_MS, signal);
    }
  }
  await sleep(options.waits.quietMs, signal);
  if (options.rateSearch === null) return;
  const settled = async (): Promise<void> =>
    untilSettled(session, performance.now() + options.waits.settleWithinMs, signal);
  await findRate(session, options.rateSearch, settled, signal);
}

/** @throws ManifestRefused when the object is not valid */
async function applied(
  client: KubernetesClient,
  object: AppliedObject,
  signal: AbortSignal,
  fieldManager?: string,
): Promise<void> {
  try {
    await client.apply(object, signal, fieldManager);
  } catch (error) {
    if (!(error instanceof ApiError) || !INVALID.has(error.status) || error.message.includes(TAKEN))
      throw error;
    const { kind, metadata } = object;
    throw new ManifestRefused(
      `The API server refuses ${kind.toLowerCase()}/${metadata.name}: ${error.message}`,
    );
  }
}

/** Bad Request and Unprocessable Entity. */
const INVALID: ReadonlySet<number> = new Set([400, 422]);
/** Somebody else's Service has the port: nothing is wrong with this one. */
const TAKEN = 'port is already allocated';

async function untilSettled(session: Session, deadline: number, signal: AbortSignal): Promise<void> {
  while (!isSettled(session)) {
    if (performance.now() > deadline) throw unsettled(session);
    await sleep(POLL_MS, signal);
  }
}

/** Every Deployment is complete, and nothing is on its way out. */
function isSettled(session: Session): boolean {
  const { state, manifests, scenario } = session;
  const subject = subjectOf(scenario);
  const deployments = (manifests?.before ?? []).filter(({ kind }) => kind === 'Deployment');
  const complete = deployments.every(({ metadata: { name } }) => {
    const live = state.get('Deployment', name);
    return live !== null && rolloutStatus(live) === 'complete';
  });
  const pods = state.all('Pod');
  const staying = pods.every(({ metadata }) => metadata.deletionTimestamp === undefined);
  return complete && staying && (subject.deployment === null || readyEndpoints(session) > 0);
}

function readyEndpoints({ state, scenario }: Session): number {
  const slices = state.all('EndpointSlice').filter((slice) => isOfService(slice, scenario.traffic.service));
  return new Set(slices.flatMap(readyPods)).size;
}

function unsettled({ state, options }: Session): EnvironmentError {
  const waiting = state.all('Pod').filter(({ status }) => !hasCondition(status.conditions, 'Ready'));
  const [first] = waiting;
  const why =
    state.all('Event').findLast(({ involvedObject }) => involvedObject.name === first?.metadata.name)
      ?.message ??
    first?.status.phase ??
    'no pod was made';
  return new EnvironmentError(
    `The scenario's state before time 0 is not ready after ${options.waits.settleWithinMs / 1000} s: ${waiting.length} pods are not, such as ${first?.metadata.name ?? 'none'} (${why}).`,
  );
}

/** Whether something takes a connection there and does not drop it at once. */
async function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1000 });
    const end = (taken: boolean) => (): void => {
      socket.destroy();
      resolve(taken);
    };
    socket.once('connect', end(true));
    socket.once('timeout', end(false));
    socket.once('error', end(false));
  });
}
