/** `sim cluster up|status|down`: the kind cluster, with a line for each thing that is done to it or to this machine. */
import type { RunningCluster } from '../harness/cluster.ts';
import { clusterDown } from '../harness/cluster/cluster-down.ts';
import { clusterStatus } from '../harness/cluster/cluster-status.ts';
import { clusterUp } from '../harness/cluster/cluster-up.ts';
import { jsonText } from '../report/json.ts';
import { asCommandError } from './as-command-error.ts';
import { statusText, upText } from './cluster-text.ts';
import type { Context } from './context.ts';
import { ExitCode } from './exit-code.ts';

const CLUSTER_SCHEMA = 'rollout-sim/cluster/v1';

export interface ClusterFlags {
  readonly name: string;
  readonly json?: true | undefined;
}

export async function up(
  context: Context,
  { name, json, nodeImage }: ClusterFlags & { readonly nodeImage?: true | undefined },
): Promise<ExitCode> {
  const { cluster, made } = await told(async () =>
    clusterUp({
      name,
      nodeImage: nodeImage === true,
      signal: context.signal,
      tell: teller(context),
      show: (text) => context.progress.step(text),
    }),
  );
  context.progress.clear();
  context.print(
    json === true
      ? jsonText({ schema: CLUSTER_SCHEMA, made, ...withoutSecrets(cluster) })
      : upText(cluster, made),
  );
  return ExitCode.ok;
}

export async function status(context: Context, { name, json }: ClusterFlags): Promise<ExitCode> {
  const found = await told(async () => clusterStatus(name, context.signal));
  context.print(json === true ? jsonText({ schema: CLUSTER_SCHEMA, ...found }) : statusText(found));
  return found.state === 'ready' ? ExitCode.ok : ExitCode.environment;
}

export async function down(context: Context, { name, json }: ClusterFlags): Promise<ExitCode> {
  const undone: string[] = [];
  const tell = json === true ? (line: string) => undone.push(line) : teller(context);
  const wasThere = await told(async () => clusterDown({ name, tell }));
  if (json === true) context.print(jsonText({ schema: CLUSTER_SCHEMA, name, wasThere, undone }));
  else context.print(wasThere ? `The cluster ${name} is down.\n` : `There is no cluster ${name}.\n`);
  return ExitCode.ok;
}

/** What the environment lacks is said in its one line. */
async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asCommandError(error);
  }
}

function teller(context: Context): (line: string) => void {
  return (line) => {
    context.progress.clear();
    context.printError(`${line}\n`);
  };
}

/** The kubeconfig holds a private key: it is not for logs. */
function withoutSecrets({ kubeconfig: _kubeconfig, ...rest }: RunningCluster): object {
  return rest;
}
