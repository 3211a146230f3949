/** What a fault has hit, and its line in a timeline: the same of a simulated fault and of one on a cluster. */
import type { FaultAction } from './fault.ts';

export interface Hits {
  readonly pods: readonly string[];
  /** The scenario's name. */
  readonly node: string | null;
  readonly dependency: string | null;
}

export const NOTHING_HIT: Hits = { pods: [], node: null, dependency: null };

const NAMED_PODS_MAX = 4;

/** @returns such as `pod-kill pod/web-1, pod/web-2` */
export function describeHits(action: FaultAction, { pods, node, dependency }: Hits): string {
  const effect = action.kind === 'node-down' ? ` (${action.effect})` : '';
  const named = pods.slice(0, NAMED_PODS_MAX).map((pod) => `pod/${pod}`);
  if (pods.length > NAMED_PODS_MAX) named.push(`${pods.length - NAMED_PODS_MAX} more`);
  if (node !== null) named.push(`node/${node}`);
  if (dependency !== null) named.push(`dependency/${dependency}`);
  return `${action.kind}${effect} ${named.length === 0 ? 'nothing: no pod matches' : named.join(', ')}`;
}
