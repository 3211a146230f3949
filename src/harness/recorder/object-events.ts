/** The timeline of everything that is no pod: ReplicaSets, Deployments, Jobs, nodes, endpoints and refusals. */
import type { TimelineEvent } from '../../record.ts';
import { hasCondition, controllerOf } from '../kubernetes/live-objects.ts';
import type { LiveDeployment, LiveEndpointSlice, LiveNode } from '../kubernetes/live-objects.ts';
import { revisionOf } from '../kubernetes/kubectl.ts';
import { rolloutStatus } from '../kubernetes/rollout-status.ts';
import { changesOf, type Observation, type ObservedChange } from './observation.ts';
import type { ScenarioNode } from './pod-events.ts';

export function objectEvents(
  { changes, proxies }: Pick<Observation, 'changes' | 'proxies'>,
  service: string | null,
  scenarioNode: ScenarioNode,
): TimelineEvent[] {
  return [
    ...replicaSetEvents(changes),
    ...deploymentEvents(changes),
    ...jobEvents(changes),
    ...nodeEvents(changes, scenarioNode),
    ...endpointEvents(changes, service),
    ...refusals(changes),
    ...proxies.map(({ timeMs, listed, pod, node }): TimelineEvent => ({
      timeMs,
      kind: listed ? 'endpoint-listed' : 'endpoint-withdrawn',
      object: `pod/${pod}`,
      node,
    })),
  ];
}

function replicaSetEvents(changes: readonly ObservedChange[]): TimelineEvent[] {
  return changesOf(changes, 'ReplicaSet').flatMap(({ timeMs, after, before }) => {
    if (after === null || controllerOf(after, 'Deployment') === null) return [];
    const { replicas = 1 } = after.spec;
    if (replicas === (before === null ? 0 : (before.spec.replicas ?? 1))) return [];
    return [
      { timeMs, kind: 'replica-set-scaled', object: `replicaset/${after.metadata.name}`, value: replicas },
    ];
  });
}

function deploymentEvents(changes: readonly ObservedChange[]): TimelineEvent[] {
  const rolling = new Set<string>();
  return changesOf(changes, 'Deployment').flatMap(({ timeMs, after, before }) => {
    if (after === null) return [];
    const { name } = after.metadata;
    const events: TimelineEvent[] = [];
    const note = (kind: TimelineEvent['kind'], detail?: string): void => {
      events.push({
        timeMs,
        kind,
        object: `deployment/${name}`,
        ...(detail === undefined ? {} : { detail }),
      });
    };
    if (startsRollout(after, before, timeMs)) {
      rolling.add(name);
      note('rollout-started', `revision ${revisionOf(after) + 1}`);
    }
    if (after.spec.paused === true && before?.spec.paused !== true) note('rollout-paused');
    const status = rolloutStatus(after);
    if (rolling.has(name) && status === 'complete') {
      rolling.delete(name);
      note('rollout-complete');
    }
    const stalled = status === 'stalled' && (before === null || rolloutStatus(before) !== 'stalled');
    if (stalled) note('rollout-stalled', 'progress deadline exceeded');
    return events;
  });
}

/** Only another template rolls (R-DEP-23); what is made before time 0 is the state that the scenario starts from. */
function startsRollout(after: LiveDeployment, before: LiveDeployment | null, timeMs: number): boolean {
  if (before === null) return timeMs >= 0;
  return JSON.stringify(after.spec.template) !== JSON.stringify(before.spec.template);
}

function jobEvents(changes: readonly ObservedChange[]): TimelineEvent[] {
  return changesOf(changes, 'Job').flatMap(({ timeMs, after, before }): TimelineEvent[] => {
    if (after === null) return [];
    const object = `job/${after.metadata.name}`;
    const becomes = (type: string): boolean =>
      hasCondition(after.status.conditions, type) && !hasCondition(before?.status.conditions, type);
    if (becomes('Complete')) return [{ timeMs, kind: 'job-complete', object }];
    if (!becomes('Failed')) return [];
    const detail = after.status.conditions?.find(({ type }) => type === 'Failed')?.message ?? '';
    return [{ timeMs, kind: 'job-failed', object, detail }];
  });
}

function nodeEvents(changes: readonly ObservedChange[], scenarioNode: ScenarioNode): TimelineEvent[] {
  return changesOf(changes, 'Node').flatMap(({ timeMs, after, before }) => {
    if (after === null || before === null) return [];
    const object = `node/${scenarioNode(after.metadata.name)}`;
    const facts: [now: boolean, then: boolean, on: TimelineEvent['kind'], off: TimelineEvent['kind']][] = [
      [isCordoned(after), isCordoned(before), 'node-cordoned', 'node-uncordoned'],
      [isReady(after), isReady(before), 'node-ready', 'node-unready'],
      [isTainted(after), isTainted(before), 'node-tainted', 'node-untainted'],
    ];
    return facts.flatMap(([now, then, on, off]) =>
      now === then ? [] : [{ timeMs, kind: now ? on : off, object }],
    );
  });
}

function isCordoned({ spec }: LiveNode): boolean {
  return spec.unschedulable === true;
}

function isReady({ status }: LiveNode): boolean {
  return hasCondition(status.conditions, 'Ready');
}

/** The taint that evicts what is there (R-NOD-5). */
function isTainted({ spec }: LiveNode): boolean {
  return spec.taints?.some(({ effect }) => effect === 'NoExecute') ?? false;
}

/** As the API has it; the proxies follow, each node on its own. */
function endpointEvents(changes: readonly ObservedChange[], service: string | null): TimelineEvent[] {
  const detail = 'in the API';
  return changesOf(changes, 'EndpointSlice').flatMap(({ timeMs, after, before }) => {
    if (!isOfService(after ?? before, service)) return [];
    const now = readyPods(after);
    const then = readyPods(before);
    const event = (kind: TimelineEvent['kind'], pod: string): TimelineEvent => ({
      timeMs,
      kind,
      object: `pod/${pod}`,
      detail,
    });
    const listed = now.filter((pod) => !then.includes(pod)).map((pod) => event('endpoint-listed', pod));
    const withdrawn = then.filter((pod) => !now.includes(pod)).map((pod) => event('endpoint-withdrawn', pod));
    return listed.concat(withdrawn);
  });
}

export function isOfService(slice: LiveEndpointSlice | null, service: string | null): boolean {
  return service !== null && slice?.metadata.labels?.['kubernetes.io/service-name'] === service;
}

/** Names of the pods that a slice offers for new connections. */
export function readyPods(slice: LiveEndpointSlice | null): string[] {
  return (slice?.endpoints ?? []).flatMap(({ conditions, targetRef }) =>
    conditions?.ready === true && targetRef?.name !== undefined ? [targetRef.name] : [],
  );
}

function refusals(changes: readonly ObservedChange[]): TimelineEvent[] {
  const told = new Set<string>();
  return changesOf(changes, 'Event').flatMap(({ timeMs, after }): TimelineEvent[] => {
    if (after === null) return [];
    const { reason, message = '', involvedObject } = after;
    const kind =
      reason === 'FailedScheduling' ? 'pod-unschedulable' : reason === 'FailedCreate' ? 'pod-refused' : null;
    const object = `${(involvedObject.kind ?? 'object').toLowerCase()}/${involvedObject.name ?? '?'}`;
    const key = `${kind} ${object}`;
    if (kind === null || told.has(key)) return [];
    told.add(key);
    return [{ timeMs, kind, object, detail: message }];
  });
}
