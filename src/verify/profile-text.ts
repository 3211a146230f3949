/** Fitted latencies → the file that a scenario's `profile:` names. */
import { stringify } from 'yaml';
import { LATENCY_MEANINGS, type LatencyName } from '../scenario/profile.ts';
import type { FittedLatency } from './fit-latency.ts';

export interface CalibratedProfile {
  readonly name: string;
  /** What is said at the head of the file: the cluster, the machine, the date; one line each. */
  readonly origin: readonly string[];
  /** Those that could not be measured keep the values of the built-in profile `kind`. */
  readonly fitted: Readonly<Partial<Record<LatencyName, FittedLatency>>>;
  /** Relative uncertainty of each latency's scale, from one cluster start to the next. */
  readonly uncertainty: number;
}

export function profileText({ name, origin, fitted, uncertainty }: CalibratedProfile): string {
  const names = (Object.keys(LATENCY_MEANINGS) as LatencyName[]).filter((key) => fitted[key] !== undefined);
  const missing = (Object.keys(LATENCY_MEANINGS) as LatencyName[]).filter((key) => fitted[key] === undefined);
  const latencies = names.map((key) => {
    const { spec, samples, distance } = fitted[key] as FittedLatency;
    const { kind, ...parameters } = spec;
    const value = stringify({ kind, ...parameters }, { collectionStyle: 'flow', lineWidth: 0 }).trim();
    return `  # ${LATENCY_MEANINGS[key]}\n  # ${samples} samples, Kolmogorov distance ${distance.toFixed(3)}\n  ${key}: ${value}`;
  });
  const lines = [
    ...origin.map((line) => `# ${line}`),
    ...(missing.length === 0
      ? []
      : [`# Not measured, as in the built-in profile kind: ${missing.join(', ')}`]),
    'apiVersion: rollout-sim/v1',
    'kind: Profile',
    `name: ${name}`,
    'base: kind',
    `uncertainty: ${uncertainty}`,
    latencies.length === 0 ? 'latencies: {}' : 'latencies:',
    ...latencies,
  ];
  return `${lines.join('\n')}\n`;
}
