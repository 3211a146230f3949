/**
 * The codes of errors, which stop a run. Numbers are never given to another meaning.
 */

export const READING = {
  E101: {
    title: 'Not YAML',
    explanation: 'The text is no valid YAML at the given place; the rest of that document is not read.',
  },
  E102: {
    title: 'Duplicate key',
    explanation: 'A key stands twice in one map. Parsers disagree on which wins, so neither is taken.',
  },
  E104: {
    title: 'Alias without end',
    explanation: 'YAML aliases contain themselves or expand to more values than any manifest holds.',
  },
  E105: {
    title: 'Helm template',
    explanation:
      'The file holds template actions in double braces. Render it first, for example with `helm template`, and give the result.',
  },
  E106: { title: 'Key is not text', explanation: 'Keys of maps must be plain text.' },
  E107: {
    title: 'Nothing in the file',
    explanation: 'The file or folder holds no YAML document where at least one is needed.',
  },
  E108: {
    title: 'Nested too deeply',
    explanation: 'The document nests deeper than any manifest; reading it could exhaust memory.',
  },
  E110: {
    title: 'File not found',
    explanation:
      'A path that the scenario names does not exist. Paths are relative to the scenario’s folder.',
  },
  E111: {
    title: 'Not a regular file',
    explanation:
      'The path is a device, a socket or another thing that is neither a file nor a folder, or a folder where one file is meant.',
  },
  E112: {
    title: 'File too large',
    explanation: 'A file may hold 1 MiB at most; etcd itself takes no larger object.',
  },
  E113: { title: 'Binary file', explanation: 'The file holds bytes that are no UTF-8 text.' },
  E114: {
    title: 'Symbolic links in a circle',
    explanation: 'The path leads through symbolic links that never end at a file.',
  },
  E115: { title: 'File cannot be read', explanation: 'The operating system refused to read the file.' },
  E116: {
    title: 'Not JSON',
    explanation: 'A file of results is no valid JSON at the given place.',
  },
} as const;

export const SHAPE = {
  E201: {
    title: 'Unknown field',
    explanation:
      'No field of that name exists there. `kubectl apply` refuses it in a manifest as well (strict validation).',
  },
  E202: { title: 'Missing field', explanation: 'The field has no default and must be given.' },
  E203: {
    title: 'Wrong type',
    explanation: 'The value is of another type than the field, such as text for a number.',
  },
  E204: { title: 'Not one of the allowed values', explanation: 'The field takes one of a few fixed values.' },
  E205: { title: 'Out of range', explanation: 'The number is below or above what the field can hold.' },
  E206: {
    title: 'Not a duration',
    explanation: 'Durations are written in Go notation: 250ms, 45s, 10m, 1h30m. A number needs its unit.',
  },
  E207: {
    title: 'Not a quantity',
    explanation: 'Quantities are written in Kubernetes notation: 500m, 2, 512Mi, 1Gi.',
  },
  E208: {
    title: 'Neither a count nor a percentage',
    explanation: 'The field takes a whole number ≥ 0 or a percentage such as 25%.',
  },
  E209: {
    title: 'Not a distribution',
    explanation:
      'A distribution is a duration (constant) or one of lognormal, uniform, exponential, gamma, empirical with its parameters.',
  },
  E210: { title: 'Field in the wrong place', explanation: 'The field exists, but under another parent.' },
  E211: {
    title: 'Wrong apiVersion or kind',
    explanation: 'The document is of another version or kind than can be read here.',
  },
  E212: {
    title: 'Not a valid name',
    explanation: 'Names of objects are lower-case letters, digits, dashes and dots (RFC 1123).',
  },
  E213: {
    title: 'Fields that exclude each other',
    explanation: 'Exactly one, or at most one, of the named fields may be given.',
  },
  E214: { title: 'Unknown profile', explanation: 'The name is no built-in cluster profile and no file.' },
} as const;

export const MEANING = {
  E301: {
    title: 'maxSurge and maxUnavailable are both 0',
    explanation: 'The API server refuses it: such a rollout could neither add nor remove a pod.',
  },
  E302: {
    title: 'Selector does not match the template',
    explanation: 'spec.selector must match the labels of spec.template; the API server refuses the object.',
  },
  E303: {
    title: 'successThreshold must be 1',
    explanation: 'Liveness and startup probes take no other value; the API server refuses it.',
  },
  E304: {
    title: 'A probe or hook needs exactly one action',
    explanation:
      'Give one of the handlers (httpGet, tcpSocket, exec, grpc; for hooks httpGet, tcpSocket, exec, sleep).',
  },
  E305: {
    title: 'Percentage above 100',
    explanation: 'maxUnavailable and a budget’s shares cannot exceed 100%.',
  },
  E306: {
    title: 'restartPolicy does not fit',
    explanation: 'Pods of a Deployment must restart Always; pods of a Job OnFailure or Never (R-POD-32).',
  },
  E307: {
    title: 'Duplicate name',
    explanation:
      'Containers of one pod, ports of one container and objects of one kind in one namespace need different names.',
  },
  E308: {
    title: 'Request above limit',
    explanation: 'A container cannot request more than its limit; the API server refuses it.',
  },
  E309: { title: 'Bounds are the wrong way round', explanation: 'A minimum is above its maximum.' },
  E310: {
    title: 'progressDeadlineSeconds too short',
    explanation: 'It must be greater than minReadySeconds; the API server refuses it.',
  },
} as const;

export const REFERENCES = {
  E401: {
    title: 'Service not found',
    explanation: 'traffic.service names a Service that no manifest defines.',
  },
  E402: {
    title: 'Service selects no pod',
    explanation:
      'No pod template carries the labels of the Service’s selector: every request would be refused (R-KP-7).',
  },
  E403: {
    title: 'Deployment not found',
    explanation: 'A change names a Deployment that neither `before` nor an earlier change defines.',
  },
  E404: {
    title: 'Nothing to wait for',
    explanation: 'waitFor names an end that this change cannot reach, such as job/complete without a Job.',
  },
  E405: {
    title: 'Key not in the Secret or ConfigMap',
    explanation:
      'The object is given and lacks the key: the container could not start (CreateContainerConfigError).',
  },
  E406: {
    title: 'Port not found',
    explanation: 'The Service’s targetPort, or a probe’s port, names a port that no container declares.',
  },
  E407: {
    title: 'No such revision',
    explanation:
      'An undo needs an earlier revision: a change before it, or a ReplicaSet with a revision annotation in `before`.',
  },
  E408: {
    title: 'Deployment is paused',
    explanation: 'A paused Deployment cannot be undone or restarted; resume it first (R-DEP-19).',
  },
  E409: { title: 'Node not found', explanation: 'A fault names a node that the cluster does not have.' },
  E410: {
    title: 'Dependency not found',
    explanation: 'A fault names a dependency that no workload lists among its `dependencies`.',
  },
  E411: {
    title: 'Container not found',
    explanation: 'A fault names a container that none of the pods it selects has.',
  },
  E412: {
    title: 'Fault selects no pod',
    explanation: 'Labels, namespaces, names or node labels of a fault fit no pod of the scenario (R-CHX-1).',
  },
  E501: {
    title: 'Changes out of order',
    explanation:
      'Changes are listed in the order in which they are made; each `at` must be no earlier than the one before.',
  },
  E502: {
    title: 'Nothing before this change',
    explanation: 'The first change cannot come after a previous one.',
  },
} as const;

export const LIMITS = {
  E601: {
    title: 'Fault is not simulated',
    explanation:
      'The model cannot carry out this kind of fault, or this way of selecting pods. It is refused instead of being answered as if nothing broke.',
  },
  E602: {
    title: 'Traffic path is not simulated',
    explanation: 'Only clients inside the cluster that call the Service through kube-proxy are simulated.',
  },
  E604: {
    title: 'One name in two namespaces',
    explanation:
      'The model knows objects by kind and name and would take the two for one. Simulate one namespace at a time.',
  },
  E701: {
    title: 'Too many pods',
    explanation:
      'The scenario may hold more pods than limits.pods allows; raise the limit on purpose if that is meant.',
  },
  E702: {
    title: 'Too many requests',
    explanation:
      'The rate times limits.duration exceeds limits.requests; shorten the run or raise the limit on purpose.',
  },
  E801: {
    title: 'Not a setting',
    explanation: '--set takes path=value with the value in YAML, such as spec.traffic.rate=5000.',
  },
  E802: {
    title: 'Nothing to set',
    explanation: '--set names an object or a list entry that the scenario does not hold.',
  },
} as const;
