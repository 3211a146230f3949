/** The process that generates load, so that it has a core of its own and its CPU time can be told from the harness's. */
import { EnvironmentError } from '../environment-error.ts';
import type { LoadPlan } from '../load.ts';
import { Generator } from './generator.ts';
import type { GeneratorMessage } from './load-events.ts';

export type GeneratorCommand = { readonly kind: 'plan'; readonly plan: LoadPlan } | { readonly kind: 'stop' };

function tell(message: GeneratorMessage): void {
  process.send?.(message);
}

/** Says why and ends: half a generator would measure something else. */
function breakOff(error: unknown): void {
  const environment = error instanceof EnvironmentError;
  const line = error instanceof Error ? (environment ? error.message : (error.stack ?? '')) : String(error);
  const message: GeneratorMessage = { kind: 'broken', environment, line };
  // Ends only when the words are out.
  process.send?.(message, undefined, undefined, () => process.exit(1));
}

let generator: Generator | null = null;

process.on('message', (command: GeneratorCommand) => {
  if (command.kind === 'stop') generator?.stop();
  else {
    generator = new Generator(command.plan, tell);
    tell({ kind: 'ready' });
    generator.run();
  }
});
// Whoever started it is gone, or has all that it wanted.
process.on('disconnect', () => process.exit(0));
// What ends its parent (Ctrl-C, a terminal that closes) comes to it too: whoever started it decides what becomes of the load.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
process.on('uncaughtException', breakOff);
