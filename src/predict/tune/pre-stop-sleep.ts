/** What a preStop hook amounts to as a native sleep. */
import type { Hook } from '../../scenario/scenario.ts';

/** `10s`, `0s` without a hook; null when the hook does more than sleep. */
export function sleepOf(hook: Hook | null): string | null {
  if (hook === null) return '0s';
  let totalMs = 0;
  for (const step of hook.steps) {
    if (step.do !== 'sleep') return null;
    totalMs += step.durationMs;
  }
  const plain = hook.handler === 'sleep' || hook.handler === 'exec';
  return plain && totalMs % 1000 === 0 ? `${totalMs / 1000}s` : null;
}
