/** A replay on the stand-in cluster: a small scenario, its manifests as they are, and waits of milliseconds. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NodeControl } from '../../../src/harness/chaos/chaos-world.ts';
import type { Stage } from '../../../src/harness/experiment/experiment.machine.ts';
import { replay } from '../../../src/harness/experiment/replay.ts';
import type { ReplayOptions, Waits } from '../../../src/harness/experiment/replay-options.ts';
import type { ReplayParts } from '../../../src/harness/experiment/replay-parts.ts';
import type { ContainerCpu, CpuTime } from '../../../src/harness/docker/container-cpu.ts';
import type { RunningCluster } from '../../../src/harness/cluster.ts';
import type { LoadSource } from '../../../src/harness/load.ts';
import { smallScenario, type SmallScenario } from '../../unit/model/small-scenario.ts';
import { StandInApi } from './api-server.ts';
import { StandInLoad } from './load.ts';
import { standInManifests } from './manifests.ts';
import { STAND_IN_WAITS } from './waits.ts';

export class ReplayWorld {
  readonly api: StandInApi = new StandInApi({ bootMs: 60, endMs: 80 });
  readonly load: StandInLoad = new StandInLoad(this.api);
  /** Who calls: the stand-in, unless a test knows better. */
  callers: (cluster: RunningCluster) => LoadSource = () => this.load;
  readonly waits: Waits = STAND_IN_WAITS;
  readonly folder: string = mkdtempSync(join(tmpdir(), 'replay-'));
  readonly nodeCalls: string[] = [];
  readonly stages: Stage[] = [];
  /** Cores that a node has used since it was last asked for; null: nobody tells. */
  coresOf: (node: string) => number | null = () => null;
  cluster: RunningCluster | null = null;

  get outFile(): string {
    return join(this.folder, 'record.json');
  }

  async run(
    scenario: SmallScenario,
    options: Partial<ReplayOptions> = {},
    onStage: (stage: Stage, interruption: AbortController) => void = () => undefined,
  ): ReturnType<typeof replay> {
    this.cluster ??= await this.api.start();
    const interruption = new AbortController();
    const read = smallScenario({ nodes: 2, durationSeconds: 60, ...scenario });
    return replay(
      read,
      this.#parts(this.cluster),
      { ...this.#options(), ...options },
      interruption.signal,
      (stage) => {
        this.stages.push(stage);
        onStage(stage, interruption);
      },
    );
  }

  async close(): Promise<void> {
    await this.api.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #options(): ReplayOptions {
    return {
      seed: 1,
      baselineMs: 300,
      settings: [],
      rateSearch: null,
      outFile: this.outFile,
      waits: this.waits,
      progress: () => undefined,
    };
  }

  /** Counters as a daemon has them: each goes on at what its node uses then. */
  #nodeCpu(): ContainerCpu {
    const counters = new Map<string, CpuTime>();
    return async (node) => {
      const atMs = Date.now();
      const before = counters.get(node) ?? { atMs: atMs - 60_000, usedMs: 0 };
      const cores = this.coresOf(node);
      const time = { atMs, usedMs: before.usedMs + (atMs - before.atMs) * (cores ?? 0) };
      counters.set(node, time);
      return Promise.resolve(cores === null ? null : time);
    };
  }

  #parts(cluster: RunningCluster): ReplayParts {
    const record = (call: string) => async (node: string) => {
      this.nodeCalls.push(`${call} ${node}`);
      return Promise.resolve();
    };
    const nodes: NodeControl = {
      exec: async (node, command) => {
        this.nodeCalls.push(`${command[0]} ${node}`);
        const pod = command.at(-1) ?? '';
        this.api.controllers.killContainer(pod);
        return Promise.resolve('');
      },
      pause: record('pause'),
      unpause: record('unpause'),
      kill: record('kill'),
      start: record('start'),
    };
    return {
      cluster,
      nodes,
      load: this.callers(cluster),
      machine: { cpus: 4, memoryBytes: 16 * 1024 ** 3 },
      watchProxies: null,
      forgetConnections: null,
      nodeCpu: this.#nodeCpu(),
      prepareManifests: async (scenario) => Promise.resolve(standInManifests(scenario)),
    };
  }
}
