/** Settings of the scenario that `sim init web` writes: quick to simulate, and sure to fail requests. */
export const KILL_FIRST: readonly string[] = [
  '--set',
  'deployment/web.spec.template.spec.containers[web].lifecycle.preStop={exec: {command: [sh, -c, "kill -TERM 1; sleep 20"]}}',
  '--set',
  'spec.workload.web.onSigterm=stop-accept',
  '--set',
  'spec.traffic.clients.keepAlive=false',
];
