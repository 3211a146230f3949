/**
 * A fault → the YAML that a scenario's `faults` takes, on one line: reading it gives the same fault again.
 */
import { stringify } from 'yaml';
import { formatDuration } from './duration.ts';
import type { Fault, FaultAction, FaultStart, PodTarget } from './fault.ts';

type Fields = Readonly<Record<string, unknown>>;

/** @returns such as `{ at: 1m30s, drain: { node: worker-2 } }` */
export function faultYaml({ start, action }: Pick<Fault, 'start' | 'action'>): string {
  return stringify(
    { ...startFields(start), ...actionFields(action) },
    { collectionStyle: 'flow', flowCollectionPadding: true, lineWidth: 0 },
  ).trim();
}

function startFields(start: FaultStart): Fields {
  if (start.kind === 'at') return { at: formatDuration(start.timeMs) };
  return {
    when: {
      rollout: shareText(start.rollout),
      ...(start.deployment !== null && { deployment: start.deployment }),
      ...(start.delayMs > 0 && { delay: formatDuration(start.delayMs) }),
    },
  };
}

/** A percentage where it reads back as the same number. */
function shareText(share: number): string | number {
  const percent = Number((share * 100).toPrecision(12));
  return percent / 100 === share && !String(percent).includes('e') ? `${percent}%` : share;
}

function actionFields(action: FaultAction): Fields {
  switch (action.kind) {
    case 'drain':
      return {
        drain: {
          node: action.node,
          ...(action.gracePeriodSeconds !== null && { gracePeriodSeconds: action.gracePeriodSeconds }),
          ...(action.timeoutMs !== null && { timeout: formatDuration(action.timeoutMs) }),
          ...(action.uncordonAfterMs !== null && { uncordonAfter: formatDuration(action.uncordonAfterMs) }),
        },
      };
    case 'node-down': {
      const { node, effect, durationMs } = action;
      return { nodeDown: { node, effect, ...(durationMs !== null && { for: formatDuration(durationMs) }) } };
    }
    case 'pod-kill': {
      const { target, gracePeriodSeconds } = action;
      return { podKill: { ...targetFields(target), ...(gracePeriodSeconds > 0 && { gracePeriodSeconds }) } };
    }
    case 'pod-failure':
      return { podFailure: { ...targetFields(action.target), for: formatDuration(action.durationMs) } };
    case 'container-kill':
      return { containerKill: { ...targetFields(action.target), containers: action.containers } };
    case 'dependency-outage': {
      const { dependency, durationMs } = action;
      return { dependencyOutage: { dependency, for: formatDuration(durationMs) } };
    }
  }
}

function targetFields({ labels, nodes, pods, mode, value }: PodTarget): Fields {
  return {
    ...(Object.keys(labels).length > 0 && { labels }),
    ...(nodes.length > 0 && { nodes }),
    ...(pods.length > 0 && { pods }),
    mode,
    ...(mode !== 'one' && mode !== 'all' && { value }),
  };
}
