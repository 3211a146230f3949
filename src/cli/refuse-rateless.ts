/** `--rate` scales a rate; callers that wait for their answers have none. */
import { peakRate } from '../harness/experiment/scaled-rate.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { CommandError } from './command-error.ts';
import { ExitCode } from './exit-code.ts';

/** @throws CommandError for callers who have no rate */
export function refuseRateless(
  { name, traffic }: Scenario,
  { rate }: { readonly rate?: number | 'auto' | undefined },
): void {
  if (rate === undefined || peakRate(traffic) !== null) return;
  throw new CommandError(
    ExitCode.badInput,
    `The callers of ${name} wait for their answers (arrivals: closed): set spec.traffic.closed.users instead of --rate.`,
  );
}
