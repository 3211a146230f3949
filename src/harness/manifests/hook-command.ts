/**
 * A lifecycle hook's steps as a command that the workload's image can run: it has a shell and `sleep`, and none of the
 * scenario's own programs. A command of nothing else stays as it is written.
 */
import { SECOND_MS } from '../../kernel/time.ts';
import type { HookStep } from '../../scenario/scenario.ts';

export function hookCommand(steps: readonly HookStep[]): readonly string[] {
  return ['/bin/sh', '-c', steps.map(wordsOf).join('; ')];
}

function wordsOf(step: HookStep): string {
  return step.do === 'sleep' ? `sleep ${step.durationMs / SECOND_MS}` : `kill -${step.signal} 1`;
}
