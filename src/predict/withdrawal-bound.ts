/** How long a pod must go on serving after its deletion, so that no proxy still sends to it (R-KP-15, R-SRV-6). */
import type { DistributionSpec } from '../kernel/distribution.ts';
import { SECOND_MS } from '../kernel/time.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** Cheap insurance against what a profile does not know: nobody waits for a few seconds of sleep. */
const SLEEP_SECONDS_MIN = 10;

/** Seconds of preStop sleep, in steps of 5, that outlast the slowest withdrawal of all but about one pod in a hundred. */
export function sleepSecondsFor(scenario: Scenario): number {
  const { latencies, uncertainty } = scenario.profile;
  const chain = [
    latencies.watch,
    latencies.controllerSync,
    latencies.apiCall,
    latencies.watch,
    latencies.proxySync,
  ];
  const slowMs = chain.reduce((sum, spec) => sum + nearlyLongest(spec), 0);
  const boundMs = slowMs * (1 + 2 * uncertainty) + scenario.cluster.kubeProxy.minSyncPeriodMs;
  return Math.max(SLEEP_SECONDS_MIN, 5 * Math.ceil(boundMs / SECOND_MS / 5));
}

/** The 99th percentile, or a bound a little above it. */
export function nearlyLongest(spec: DistributionSpec): number {
  switch (spec.kind) {
    case 'constant':
      return spec.value;
    case 'uniform':
      return spec.max;
    case 'exponential':
      return spec.mean * -Math.log(0.01);
    case 'lognormal':
      return spec.p99;
    case 'gamma':
      return spec.mean * (1 + 3.5 * spec.cv);
    case 'empirical':
      return Math.max(...spec.values);
  }
}
