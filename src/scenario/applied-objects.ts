/** What a change of a scenario applies. */
import type { Change, KubernetesObject } from './scenario.ts';

/** @returns empty for a change that applies nothing, such as a scale or an undo */
export function appliedBy({ action }: Pick<Change, 'action'>): readonly KubernetesObject[] {
  return action.kind === 'apply' ? action.objects : [];
}
