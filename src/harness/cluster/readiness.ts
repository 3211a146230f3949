/**
 * When a cluster counts as ready: each check says what is wrong, or null. They are ordered so that the first that fails
 * is the cause of those after it. None changes the cluster.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { execIn } from '../docker/containers.ts';
import type { Docker } from '../docker/docker.ts';
import { EnvironmentError } from '../environment-error.ts';
import { answersQuestion, dnsQuestion } from './dns-question.ts';
import { kindNodes, kubectl, listed } from './kind-nodes.ts';

export interface Readiness {
  readonly docker: Docker;
  readonly cluster: string;
  /** How many nodes it is made of. */
  readonly nodes: number;
  readonly signal?: AbortSignal | undefined;
}

export interface ReadinessCheck {
  /** As progress names it. */
  readonly name: string;
  readonly problem: (readiness: Readiness) => Promise<string | null>;
}

export const READINESS_CHECKS: readonly ReadinessCheck[] = [
  { name: 'the node containers', problem: containersProblem },
  { name: 'the API server', problem: apiServerProblem },
  { name: 'the nodes', problem: nodesProblem },
  { name: "every node's kube-proxy", problem: kubeProxyProblem },
  { name: 'DNS', problem: dnsProblem },
];

const POLL_MS = 500;

/** The name that every cluster knows, and the address that kubeadm gives the DNS Service in our range. */
const KNOWN_NAME = 'kubernetes.default.svc.cluster.local';
const QUESTION_ID = 0x5253;

/** @throws EnvironmentError with the problem that is left when the time is over */
export async function waitForChecks(
  readiness: Readiness,
  checks: readonly ReadinessCheck[],
  withinMs: number,
  show: (text: string) => void,
): Promise<void> {
  const deadline = Date.now() + withinMs;
  for (const { name, problem } of checks) {
    show(`waiting for ${name}`);
    for (;;) {
      readiness.signal?.throwIfAborted();
      const found = await problemOf({ name, problem }, readiness);
      if (found === null) break;
      if (Date.now() > deadline)
        throw new EnvironmentError(
          `The cluster ${readiness.cluster} is not ready after ${Math.round(withinMs / 1000)} s: ${found}.`,
        );
      await sleep(POLL_MS);
    }
  }
}

/** All problems there are, as far as a failed check lets the later ones say anything. */
export async function firstProblem(readiness: Readiness): Promise<string | null> {
  for (const check of READINESS_CHECKS) {
    const found = await problemOf(check, readiness);
    if (found !== null) return found;
  }
  return null;
}

/** A command that fails on a cluster that is still coming up is a problem like any other. */
async function problemOf({ problem }: ReadinessCheck, readiness: Readiness): Promise<string | null> {
  try {
    return await problem(readiness);
  } catch (error) {
    if (error instanceof EnvironmentError) return error.message.replace(/\.$/u, '');
    throw error;
  }
}

async function containersProblem({ docker, cluster, nodes }: Readiness): Promise<string | null> {
  const found = await kindNodes(docker, cluster);
  if (found.length < nodes) return `${nodes - found.length} of ${nodes} nodes are missing`;
  const stopped = found.find(({ state }) => state !== 'running');
  return stopped === undefined ? null : `the node ${stopped.name} is ${stopped.state}`;
}

async function apiServerProblem({ docker, cluster }: Readiness): Promise<string | null> {
  const answer = await kubectl(docker, cluster, ['get', '--raw=/readyz', '--request-timeout=5s']);
  return answer === 'ok' ? null : 'the API server is not ready';
}

interface NodeObject {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly unschedulable?: boolean };
  readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

async function nodesProblem({ docker, cluster, nodes }: Readiness): Promise<string | null> {
  const found = await listed<NodeObject>(docker, cluster, ['nodes']);
  if (found.length < nodes) return `only ${found.length} of ${nodes} nodes have registered`;
  const unready = found.find(
    ({ status }) => status.conditions?.find(({ type }) => type === 'Ready')?.status !== 'True',
  );
  if (unready !== undefined) return `Kubernetes does not count the node ${unready.metadata.name} as ready`;
  const cordoned = found.find(({ spec }) => spec.unschedulable === true);
  return cordoned === undefined ? null : `the node ${cordoned.metadata.name} takes no pods (it is cordoned)`;
}

/** kube-proxy's pods have no readiness probe and look fine when it is broken: it is asked itself. */
async function kubeProxyProblem({ docker, cluster }: Readiness): Promise<string | null> {
  const asked = await Promise.all(
    (await kindNodes(docker, cluster)).map(async ({ name }) => {
      const words = ['curl', '-sf', '-o', '/dev/null', '-m', '2', '127.0.0.1:10256/healthz'];
      return (await execIn(docker, name, words)).exitCode === 0 ? null : name;
    }),
  );
  const unhealthy = asked.find((name) => name !== null);
  return unhealthy === undefined ? null : `kube-proxy on ${unhealthy} is not healthy`;
}

interface ServiceObject {
  readonly spec: { readonly clusterIP: string };
}

/** Asked from every node by the Service's address, so that kube-proxy's rules are tried along with it. */
async function dnsProblem({ docker, cluster }: Readiness): Promise<string | null> {
  const words = ['get', 'service', 'kube-dns', '--namespace=kube-system', '--output=json'];
  const { spec } = JSON.parse(await kubectl(docker, cluster, words)) as ServiceObject;
  const question = Buffer.from(dnsQuestion(KNOWN_NAME, QUESTION_ID)).toString('base64');
  const script = [
    `exec 3<>/dev/udp/${spec.clusterIP}/53`,
    `base64 -d <<<'${question}' >&3`,
    'timeout 2 dd bs=512 count=1 status=none <&3 | base64 -w0',
  ].join('\n');
  const asked = await Promise.all(
    (await kindNodes(docker, cluster)).map(async ({ name }) => {
      const { stdout } = await execIn(docker, name, ['bash', '-c', script]);
      return answersQuestion(Buffer.from(stdout, 'base64'), QUESTION_ID) ? null : name;
    }),
  );
  const unanswered = asked.find((name) => name !== null);
  return unanswered === undefined ? null : `the cluster's DNS does not answer on ${unanswered}`;
}
