/** The timeline of pods: from the changes of their objects, and from what the workload itself wrote. */
import type { TimelineEvent, TimelineEventKind } from '../../record.ts';
import { hasCondition, type LiveContainerStatus, type LivePod } from '../kubernetes/live-objects.ts';
import { changesOf, type LifeEvent, type Observation } from './observation.ts';

export type ScenarioNode = (liveName: string) => string;

export function podEvents(
  { changes, life }: Pick<Observation, 'changes' | 'life'>,
  scenarioNode: ScenarioNode,
): TimelineEvent[] {
  const telling = new Set(life.map(({ pod }) => pod));
  const events: TimelineEvent[] = withClosings(life).map(lifeEvent);
  for (const { timeMs, after, before } of changesOf(changes, 'Pod')) {
    const name = (after ?? before)?.metadata.name ?? '';
    const object = `pod/${name}`;
    const note = (kind: TimelineEventKind, details: Partial<TimelineEvent> = {}): void => {
      events.push({ timeMs, kind, object, ...details });
    };
    if (before === null) note('pod-created');
    const node = after?.spec.nodeName;
    if (node !== undefined && before?.spec.nodeName === undefined)
      note('pod-scheduled', { node: scenarioNode(node) });
    noteContainers(after ?? before, after === null ? null : before, telling.has(name), note);
    if (after !== null) noteReadiness(after, before, note);
    const deleted = after === null || after.metadata.deletionTimestamp !== undefined;
    if (deleted && !isTerminating(events, object)) note('pod-terminating');
    if (after === null) note('pod-gone');
  }
  return events;
}

/** Read from what was noted so far: a forced deletion shows in the removal alone. */
function isTerminating(events: readonly TimelineEvent[], object: string): boolean {
  return events.some((event) => event.kind === 'pod-terminating' && event.object === object);
}

function noteReadiness(
  { status }: LivePod,
  before: LivePod | null,
  note: (kind: TimelineEventKind) => void,
): void {
  const ready = hasCondition(status.conditions, 'Ready');
  const wasReady = hasCondition(before?.status.conditions, 'Ready');
  if (ready && !wasReady) note('pod-ready');
  if (!ready && wasReady) note('pod-unready');
}

/** The kubelet's word on containers comes up to a second late: what the process wrote itself stands before it. */
function noteContainers(
  pod: LivePod | null,
  before: LivePod | null,
  tells: boolean,
  note: (kind: TimelineEventKind, details?: Partial<TimelineEvent>) => void,
): void {
  for (const status of pod?.status.containerStatuses ?? []) {
    const earlier = before?.status.containerStatuses?.find(({ name }) => name === status.name);
    const startedAt = status.state?.running?.startedAt;
    if (!tells && startedAt !== undefined && startedAt !== earlier?.state?.running?.startedAt)
      note('container-started');
    const end = endOf(status);
    if (end === null || end.finishedAt === endOf(earlier)?.finishedAt) continue;
    if (end.exitCode === SIGKILLED) note('sigkill');
    // A process that is killed writes no last line.
    if (!tells || end.exitCode === SIGKILLED)
      note('container-exited', { detail: `${end.reason ?? 'exit'} ${end.exitCode}` });
  }
}

/** 128 + SIGKILL. */
const SIGKILLED = 137;

function endOf(
  status: LiveContainerStatus | undefined,
): { readonly exitCode: number; readonly reason?: string; readonly finishedAt?: string } | null {
  return status?.state?.terminated ?? status?.lastState?.terminated ?? null;
}

/** A process that ends at once closes its listener by ending, and has no time to say so. */
function withClosings(life: readonly LifeEvent[]): LifeEvent[] {
  const open = new Set<string>();
  return life
    .toSorted((a, b) => a.timeMs - b.timeMs)
    .flatMap((event) => {
      const { pod, kind, timeMs } = event;
      if (kind === 'listening') open.add(pod);
      if (kind === 'listener-closed') open.delete(pod);
      if (kind !== 'exited' || !open.delete(pod)) return [event];
      return [{ pod, timeMs, kind: 'listener-closed' }, event];
    });
}

function lifeEvent({ pod, timeMs, kind }: LifeEvent): TimelineEvent {
  const object = `pod/${pod}`;
  switch (kind) {
    case 'started':
      return { timeMs, kind: 'container-started', object };
    case 'listening':
      return { timeMs, kind: 'listener-open', object };
    case 'sigterm':
      return { timeMs, kind: 'signal', object, detail: 'TERM' };
    case 'listener-closed':
      return { timeMs, kind: 'listener-closed', object };
    case 'exited':
      return { timeMs, kind: 'container-exited', object };
  }
}
