/** What the stages of one replay share: what is open, what was seen, and where time 0 is on the machine's clock. */
import type { DurationMs, TimeMs } from '../../kernel/time.ts';
import type { RunRecord, TimelineEvent, TimelineEventKind } from '../../record.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { NoteDetails } from '../chaos/chaos-world.ts';
import { FaultLog } from '../chaos/fault-log.ts';
import type { FaultRunner } from '../chaos/fault-runner.ts';
import type { KubernetesClient } from '../kubernetes/client.ts';
import { ClusterState } from '../kubernetes/cluster-state.ts';
import type { NodeNames } from '../kubernetes/node-names.ts';
import type { LoadRun } from '../load.ts';
import type { FittedChaos } from '../manifests/fit-chaos.ts';
import { ClockWatch } from '../recorder/clock-watch.ts';
import { CpuWatch } from '../recorder/cpu-watch.ts';
import type { LifeEvent, Observation, ObservedChange, ProxyEvent } from '../recorder/observation.ts';
import type { NodeCpuWatch } from '../recorder/node-cpu-watch.ts';
import type { ProxyRules } from '../recorder/proxy-rules.ts';
import { ServedBooks } from '../recorder/served-counts.ts';
import { OWN_NAMESPACE } from './own-namespace.ts';
import { sleep } from './sleep.ts';
import type { ChangeRunner } from './change-runner.ts';
import type { PodLogs } from './pod-logs.ts';
import type { ReplayOptions } from './replay-options.ts';
import type { PreparedManifests, ReplayParts } from './replay-parts.ts';

export class Session {
  readonly parts: ReplayParts;
  readonly options: ReplayOptions;
  readonly state: ClusterState = new ClusterState();
  readonly faultLog: FaultLog = new FaultLog();
  readonly clock: ClockWatch = new ClockWatch();
  readonly cpu: CpuWatch = new CpuWatch();
  /** Ends what goes on beside the stages: watches, logs, faults under way. */
  readonly background: AbortController = new AbortController();
  /** Ends the reading of the pods' logs, which goes on until all their counts are in. */
  readonly reading: AbortController = new AbortController();
  readonly books: ServedBooks = new ServedBooks();
  /** Ends the experiment from outside of its stages. */
  readonly fail: (error: unknown) => void;

  scenario: Scenario;
  /** `--set` texts, those of the rate among them. */
  settings: readonly string[];
  client: KubernetesClient | null = null;
  nodeNames: NodeNames | null = null;
  manifests: PreparedManifests | null = null;
  /** What Chaos Mesh is given; empty where it does not run. */
  chaos: FittedChaos = { objects: [], differences: [] };
  logs: PodLogs | null = null;
  proxies: ProxyRules | null = null;
  nodeCpu: NodeCpuWatch | null = null;
  load: LoadRun | null = null;
  changes: ChangeRunner | null = null;
  faults: FaultRunner | null = null;
  /** Nodes that the replay itself keeps free of pods. */
  readonly cordoned: string[] = [];
  /** Time 0 in milliseconds since the epoch; null: it is not known yet. */
  zeroEpochMs: number | null = null;
  /** When the load begins, relative to time 0. */
  loadStartMs: TimeMs = 0;
  /** When the watching ended; null: it has not. */
  endedMs: TimeMs | null = null;
  lastMovedEpochMs: number = Date.now();
  record: RunRecord | null = null;
  recordFile: string | null = null;

  readonly #changes: ObservedChange[] = [];
  readonly #life: (Omit<LifeEvent, 'timeMs'> & { readonly epochMs: number })[] = [];
  readonly #proxyEvents: (Omit<ProxyEvent, 'timeMs'> & { readonly epochMs: number })[] = [];
  readonly #notes: (Omit<TimelineEvent, 'timeMs'> & { readonly epochMs: number })[] = [];

  constructor(
    scenario: Scenario,
    parts: ReplayParts,
    options: ReplayOptions,
    fail: (error: unknown) => void,
  ) {
    this.scenario = scenario;
    this.parts = parts;
    this.options = options;
    this.settings = options.settings;
    this.fail = fail;
  }

  /** The namespace that holds everything of a replay, so that one deletion takes it all away. */
  get namespace(): string {
    return OWN_NAMESPACE;
  }

  get nowMs(): TimeMs {
    return Date.now() - (this.zeroEpochMs ?? Date.now());
  }

  opened<Part>(part: Part | null): Part {
    if (part === null) throw new Error('a stage of the replay needs what an earlier one has not made');
    return part;
  }

  /** Waits; rejects with the reason of whichever signal is aborted. */
  async wait(durationMs: DurationMs, signal: AbortSignal = this.background.signal): Promise<void> {
    await sleep(Math.max(0, durationMs), signal);
  }

  note(kind: TimelineEventKind, object: string, details: NoteDetails = {}): void {
    this.#notes.push({ epochMs: Date.now(), kind, object, ...details });
  }

  noteLife(event: Omit<LifeEvent, 'timeMs'> & { readonly epochMs: number }): void {
    this.#life.push(event);
  }

  noteProxy(event: Omit<ProxyEvent, 'timeMs'> & { readonly epochMs: number }): void {
    this.#proxyEvents.push(event);
  }

  /** Keeps every change of what is watched, and when it came. */
  observe(): void {
    for (const kind of [
      'Pod',
      'ReplicaSet',
      'Deployment',
      'EndpointSlice',
      'Job',
      'Node',
      'Event',
    ] as const) {
      this.state.on(kind, (after, before) => {
        const epochMs = Date.now();
        // Heartbeats of nodes and the talk of events do not mean that anything moves.
        if (kind !== 'Node' && kind !== 'Event') this.lastMovedEpochMs = epochMs;
        this.#changes.push({ kind, timeMs: epochMs, after, before } as ObservedChange);
      });
    }
  }

  /** Everything that was seen, in times of the scenario. */
  observation(): Observation {
    const zero = this.zeroEpochMs ?? 0;
    const relative = <E extends { readonly epochMs: number }>(
      events: readonly E[],
    ): (Omit<E, 'epochMs'> & {
      readonly timeMs: TimeMs;
    })[] => events.map(({ epochMs, ...rest }) => ({ ...rest, timeMs: epochMs - zero }));
    return {
      changes: this.#changes.map((change) => Object.assign({}, change, { timeMs: change.timeMs - zero })),
      life: relative(this.#life),
      proxies: relative(this.#proxyEvents),
      notes: relative(this.#notes),
    };
  }
}
