/**
 * The codes of warnings: the answer could differ from a cluster's, or the manifest holds a mistake.
 * Numbers are never given to another meaning.
 */

export const MODEL_WARNINGS = {
  W101: {
    title: 'Container without workload',
    explanation: 'No key of `workload` matches the container, so documented defaults stand for its code.',
  },
  W102: {
    title: 'Workload without container',
    explanation: 'A key of `workload` matches no container by name, image or label.',
  },
  W103: {
    title: 'Version without image',
    explanation: 'A key of `versions` is the tag of no image that this workload runs.',
  },
  W104: {
    title: 'Unknown run time',
    explanation: 'A Job’s or init container’s `runs` is not given, so a documented default stands for it.',
  },
  W201: {
    title: 'Field not simulated',
    explanation: 'The field could change the answer and the model takes no notice of it.',
  },
  W202: {
    title: 'Kind not simulated',
    explanation: 'Objects of this kind are left out of the simulated cluster.',
  },
  W203: {
    title: 'Autoscaler not simulated',
    explanation:
      'The HorizontalPodAutoscaler’s target keeps the replica count that manifests and changes give it.',
  },
  W204: {
    title: 'Command not understood',
    explanation: 'A hook’s command is none that the model can carry out; it counts as taking no time.',
  },
  W205: {
    title: 'Folder inside a folder',
    explanation: 'Folders of manifests are read without their subfolders, as `kubectl apply -f` does.',
  },
  W206: {
    title: 'Setting without effect',
    explanation: 'The field is given where another setting makes it meaningless.',
  },
  W207: {
    title: 'Fault after the end',
    explanation: 'The fault’s time is not before limits.duration, so it never happens.',
  },
  W208: {
    title: 'Settled state without room',
    explanation:
      'The nodes have no room for all pods of `before`: some wait from the start, and the run begins in a state that never settles (R-SCH-2).',
  },
  W209: {
    title: 'Change after the end',
    explanation: 'The change’s time is not before limits.duration, so it is never made.',
  },
  W301: {
    title: 'Secret or ConfigMap not given',
    explanation:
      'A container refers to an object that no manifest defines; it is taken to exist with every key.',
  },
  W302: {
    title: 'Target not found',
    explanation: 'An autoscaler’s target or a budget’s selector matches nothing in the scenario.',
  },
  W303: {
    title: 'Service selects no pod',
    explanation: 'A Service other than the one that traffic calls selects no pod template.',
  },
} as const;

export const LINT = {
  W401: {
    title: 'preStop longer than the grace period',
    explanation:
      'The hook is cut when terminationGracePeriodSeconds is over; the process is left about 2 s to finish (R-POD-18).',
  },
  W402: {
    title: 'preStop signals process 1 before sleeping',
    explanation:
      'The listener closes before any node has withdrawn the pod, so new connections are refused; the sleep comes too late (R-SRV-7).',
  },
  W403: {
    title: 'No readiness probe',
    explanation: 'Without one the pod is Ready as soon as its process runs, before it listens (R-POD-14).',
  },
  W404: {
    title: 'Liveness may kill a starting container',
    explanation:
      'There is no startup probe and the liveness budget is shorter than the boot can take (R-POD-11, R-POD-27).',
  },
  W405: {
    title: 'replicas set beside an autoscaler',
    explanation:
      'Applying the manifest resets the replica count at once, without regard to maxUnavailable (R-HPA-6).',
  },
  W406: {
    title: 'maxUnavailable left at 25%',
    explanation:
      'Only maxSurge is given; a quarter of the pods is deleted before any new one exists (R-SUR-4).',
  },
  W407: {
    title: 'Budget allows no eviction',
    explanation:
      'minAvailable equals the replica count (or maxUnavailable is 0): a node drain never ends (R-PDB-4).',
  },
  W408: {
    title: 'Session affinity by client address',
    explanation:
      'New pods get only clients not seen before, and clients behind one address share one pod (R-KP-11).',
  },
  W409: {
    title: 'Image pulled at every start',
    explanation:
      'imagePullPolicy Always asks the registry at each start, one pull after another per node, and fails when it is down (R-POD-4).',
  },
  W410: {
    title: 'Readiness depends on a shared service',
    explanation: 'An outage of the dependency makes every pod unready at the same time (R-APP-6).',
  },
  W411: {
    title: 'No time between withdrawal and SIGTERM',
    explanation:
      'Without a preStop sleep the listener closes while nodes still send new connections to the pod (R-SRV-5, R-SRV-6).',
  },
  W412: {
    title: 'Grace period leaves no time to drain',
    explanation:
      'preStop and the drain together exceed terminationGracePeriodSeconds; what is in flight is cut (R-SRV-6).',
  },
  W413: {
    title: 'A single replica',
    explanation:
      'One pod serves everything: maxUnavailable or Recreate leaves none during the rollout (R-SUR-5).',
  },
  W414: {
    title: 'Recreate',
    explanation:
      'All old pods stop before the first new one starts: the service is down for a pod’s whole start (R-DEP-20).',
  },
  W415: {
    title: 'Probe timeout not below its period',
    explanation:
      'A slow answer delays the next probe, so failures are noticed later than the settings say (R-POD-8).',
  },
  W416: {
    title: 'Budget does not protect a rollout',
    explanation: 'PodDisruptionBudgets act on evictions only; rolling updates never consult them (R-PDB-1).',
  },
  W417: {
    title: 'Autoscaler and Deployment disagree',
    explanation: 'The manifest’s replica count lies outside the autoscaler’s bounds.',
  },
  W418: {
    title: 'Image without a fixed tag',
    explanation:
      'The tag is missing or `latest`: a restart may run other code than the rollout did, and a changed image does not roll (R-DEP-23, R-POD-4).',
  },
} as const;
