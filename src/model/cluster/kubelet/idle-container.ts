/** A container whose image is replaced by the pause image: it runs, and does nothing (R-CHX-6). */
import { IDLE_IMAGE } from '../../../scenario/fault.ts';
import type { Container } from '../../../scenario/scenario.ts';

/** The same container, probes and hooks included, with a process that never listens and ends at SIGTERM. */
export function idleContainer(container: Container): Container {
  const { workload } = container;
  return {
    ...container,
    image: IDLE_IMAGE,
    workload: {
      ...workload,
      boot: null,
      runs: null,
      dependencies: [],
      onSigterm: { ...workload.onSigterm, style: 'exit' },
    },
  };
}
