/** `sim calibrate`: probes the cluster, never a scenario, and writes what it found as a profile. */
import { cpus, totalmem } from 'node:os';
import { calibrate } from '../harness/calibrate/calibrate.ts';
import { PACE } from '../harness/calibrate/pace.ts';
import { probeWorkload } from '../harness/calibrate/probe-workload.ts';
import type { Samples } from '../harness/calibrate/samples.ts';
import type { RunningCluster } from '../harness/cluster.ts';
import { findClusterAndDocker } from '../harness/cluster/find-cluster.ts';
import { provideWorkloadImage } from '../harness/workload/image.ts';
import type { LatencyName } from '../scenario/profile.ts';
import { fitLatency, SAMPLES_MIN, type FittedLatency } from '../verify/fit-latency.ts';
import { profileText } from '../verify/profile-text.ts';
import { programVersion } from '../version.ts';
import { asCommandError } from './as-command-error.ts';
import type { Context } from './context.ts';
import { ExitCode } from './exit-code.ts';
import { refuseUnwritable, writeWholeFile } from './write-file.ts';

export interface CalibrateFlags {
  readonly out?: string | undefined;
  readonly title: string;
  readonly cluster?: string | undefined;
}

/**
 * One calibration sees one start of one cluster: how far the next start differs it cannot know, so that the
 * uncertainty of the built-in profile stays.
 */
const UNCERTAINTY = 0.3;

export async function calibrateCommand(context: Context, flags: CalibrateFlags): Promise<ExitCode> {
  if (flags.out !== undefined) refuseUnwritable(flags.out);
  try {
    const { cluster, docker } = await findClusterAndDocker(flags.cluster, context.signal);
    context.progress.step('bringing the workload to the nodes');
    const image = await provideWorkloadImage(docker, cluster.name, context.signal);
    const samples = await calibrate(cluster, {
      workload: probeWorkload(image),
      pace: PACE,
      signal: context.signal,
      progress: (text) => {
        context.progress.step(text);
      },
    });
    const text = profileText({
      name: flags.title,
      origin: originOf(cluster),
      fitted: fitAll(samples),
      uncertainty: UNCERTAINTY,
    });
    context.progress.clear();
    if (flags.out === undefined) context.print(text);
    else writeWholeFile(flags.out, text);
    return ExitCode.ok;
  } catch (error) {
    throw asCommandError(error);
  } finally {
    context.progress.clear();
  }
}

function fitAll(samples: Samples): Partial<Record<LatencyName, FittedLatency>> {
  const measured = Object.entries(samples).filter(([, values]) => values.length >= SAMPLES_MIN);
  return Object.fromEntries(measured.map(([name, values]) => [name, fitLatency(values)]));
}

function originOf({ name, kubernetesVersion, kubeProxyMode, nodes }: RunningCluster): readonly string[] {
  const [cpu] = cpus();
  const memoryGiB = Math.round(totalmem() / 1024 ** 3);
  return [
    `Latencies of the kind cluster ${name}, measured by sim calibrate ${programVersion()} on ${new Date().toISOString().slice(0, 10)}.`,
    `Kubernetes ${kubernetesVersion}, kube-proxy in ${kubeProxyMode} mode, ${nodes.length} nodes on one machine: ${cpus().length} cores (${cpu?.model.trim() ?? 'unknown'}), ${memoryGiB} GiB.`,
  ];
}
