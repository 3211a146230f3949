/** The labels of a simulated node: what node selectors of pods and of faults can name. */
import type { NodeSpec } from './scenario.ts';

export function nodeLabels({ name, zone }: NodeSpec): Readonly<Record<string, string>> {
  return {
    'kubernetes.io/hostname': name,
    'kubernetes.io/os': 'linux',
    'topology.kubernetes.io/zone': zone,
  };
}
