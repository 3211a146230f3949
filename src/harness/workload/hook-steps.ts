/**
 * Carries a lifecycle hook's steps out in place of a shell, which an image of a lone Node.js has not: `sleep:45000` and
 * `signal:TERM`, in their order. Like the shell's, its sleep dies with the container's process 1 (R-POD-21).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { HookStep } from '../../scenario/scenario.ts';

/** The words after `hook` that mean these steps. */
export function hookWords(steps: readonly HookStep[]): readonly string[] {
  return steps.map((step) => (step.do === 'sleep' ? `sleep:${step.durationMs}` : `signal:${step.signal}`));
}

/** @param kill sends a signal to process 1 @throws Error on a word that is no step */
export async function runHookWords(
  words: readonly string[],
  kill: (signal: NodeJS.Signals) => void = (signal) => process.kill(1, signal),
): Promise<void> {
  for (const word of words) {
    const [action, operand = ''] = word.split(':');
    if (action === 'sleep') await sleep(Number(operand));
    else if (action === 'signal') kill(`SIG${operand}` as NodeJS.Signals);
    else throw new Error(`no step of a hook: ${word}`);
  }
}
