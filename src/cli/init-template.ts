/** The scenario that `sim init` writes: small, complete, and the usual mistakes left out. */

export interface TemplateFile {
  readonly path: string;
  readonly text: string;
}

/** @param name a valid Kubernetes name; of the scenario, the Deployment, the Service and the container */
export function templateFiles(name: string): readonly TemplateFile[] {
  return [
    { path: 'scenario.yaml', text: scenarioYaml(name) },
    { path: 'manifests/deployment.yaml', text: deploymentYaml(name, '1.0.0') },
    { path: 'manifests/service.yaml', text: serviceYaml(name) },
    { path: 'changes/deployment.yaml', text: deploymentYaml(name, '1.1.0') },
  ];
}

function scenarioYaml(name: string): string {
  return `# What runs, what changes, who calls, and what is expected. \`sim schema\` prints the schema for editors.
apiVersion: rollout-sim/v1
kind: Scenario
metadata:
  name: ${name}
  description: A new version of ${name} is rolled out under load.
spec:
  cluster:
    profile: kind # latencies of the cluster: kind, small or large
    nodes: { count: 3, cpu: 8, memory: 16Gi }
  before: [manifests/] # applied and settled before the run starts
  changes: # what the engineer does
    - { at: 10s, apply: changes/deployment.yaml, waitFor: rollout/complete }
  workload: # what the code does, which no manifest can say; measure it and put your figures here
    ${name}:
      serviceTime: { lognormal: { p50: 15ms, p99: 80ms } }
      concurrency: 32
      boot: { lognormal: { p50: 3s, p99: 6s } }
      onSigterm: { style: lame-duck, lameDuck: 10s, closeHeader: true, drainMax: 10s }
      keepAliveTimeout: 75s
  traffic:
    service: ${name}
    rate: 500 # requests per second, all callers together
    clients: { count: 10, connectionsEach: 8, keepAlive: true, timeout: 2s, method: POST }
  expect:
    failedRequests: 0
    rolloutWithin: 5m
`;
}

function deploymentYaml(name: string, version: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
  replicas: 4
  strategy:
    type: RollingUpdate
    rollingUpdate:
      maxSurge: 1
      maxUnavailable: 0
  selector:
    matchLabels:
      app: ${name}
  template:
    metadata:
      labels:
        app: ${name}
    spec:
      terminationGracePeriodSeconds: 45 # sleep 10 s, lame duck 10 s, drain 10 s, and some to spare
      containers:
        - name: ${name}
          image: example.com/${name}:${version}
          ports:
            - name: http
              containerPort: 8080
          resources:
            requests: { cpu: 250m, memory: 256Mi }
            limits: { memory: 256Mi }
          readinessProbe:
            httpGet: { path: /ready, port: http }
            periodSeconds: 5
          lifecycle:
            preStop:
              # Keeps serving until every node has withdrawn the pod; the kubelet sends SIGTERM afterwards.
              sleep: { seconds: 10 }
`;
}

function serviceYaml(name: string): string {
  return `apiVersion: v1
kind: Service
metadata:
  name: ${name}
spec:
  selector:
    app: ${name}
  ports:
    - name: http
      port: 80
      targetPort: http
`;
}
