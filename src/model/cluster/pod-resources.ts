/** What a pod asks of its node, from its template: what the scheduler, the quota and the record count. */
import type { PodTemplate, Resources } from '../../scenario/scenario.ts';

/**
 * Milli-CPU and bytes that one pod of the template requests (R-SCH-1): the sum over its containers and sidecars,
 * or what one init container needs beside the sidecars started before it, whichever is more.
 */
export function requestsOf(template: PodTemplate): Resources {
  let requests = requestsByTemplate.get(template);
  if (requests === undefined) {
    requests = requestsWith(template, (own) => own);
    requestsByTemplate.set(template, requests);
  }
  return requests;
}

/** Thousands of pods share a template. */
const requestsByTemplate = new WeakMap<PodTemplate, Resources>();

/** As `requestsOf`, with `perContainer` applied to each container's own requests first. */
export function requestsWith(
  template: PodTemplate,
  perContainer: (requests: Resources) => Resources,
): Resources {
  let sidecars: Resources = { cpuMilli: 0, memoryBytes: 0 };
  let initMax: Resources = { cpuMilli: 0, memoryBytes: 0 };
  for (const container of template.initContainers) {
    const own = perContainer(container.requests);
    if (container.sidecar) {
      sidecars = sum(sidecars, own);
      initMax = largest(initMax, sidecars);
    } else {
      initMax = largest(initMax, sum(sidecars, own));
    }
  }
  const running = template.containers.reduce(
    (total, container) => sum(total, perContainer(container.requests)),
    sidecars,
  );
  return largest(running, initMax);
}

function sum(a: Resources, b: Resources): Resources {
  return { cpuMilli: a.cpuMilli + b.cpuMilli, memoryBytes: a.memoryBytes + b.memoryBytes };
}

function largest(a: Resources, b: Resources): Resources {
  return {
    cpuMilli: Math.max(a.cpuMilli, b.cpuMilli),
    memoryBytes: Math.max(a.memoryBytes, b.memoryBytes),
  };
}
