/**
 * Finds out which entry of `workload` says what a container's code does, and fills in what it leaves open.
 */
import type { DistributionSpec } from '../kernel/distribution.ts';
import { SECOND_MS } from '../kernel/time.ts';
import type { SourceLocation } from './diagnostic.ts';
import type { DiagnosticList } from './diagnostic-list.ts';
import type { SigtermBehaviour, Workload } from './scenario.ts';
import { joinPath, locateKey, type SourceMap } from './source-map.ts';
import { splitImage } from './template-hash.ts';
import type { BehaviourInput, SigtermInput, WorkloadInput } from './workload-schema.ts';

const DEFAULT_SERVICE_TIME: DistributionSpec = { kind: 'lognormal', p50: 10, p99: 50 };
const DEFAULT_BOOT: DistributionSpec = { kind: 'lognormal', p50: 2000, p99: 5000 };
/** Of Jobs and init containers, which must end for anything to go on. */
const DEFAULT_RUNS: DistributionSpec = { kind: 'lognormal', p50: 5000, p99: 20_000 };

export interface ContainerIdentity {
  readonly name: string;
  readonly image: string;
  readonly podLabels: Readonly<Record<string, string>>;
  /** Whether the pod's labels may speak for this container: only for its first main one. */
  readonly labelled: boolean;
  /** Whether it must end by itself: containers of Jobs and init containers other than sidecars. */
  readonly ends: boolean;
  readonly location: SourceLocation;
}

export class WorkloadResolver {
  readonly #inputs: Readonly<Record<string, WorkloadInput>>;
  readonly #warns: boolean;
  readonly #diagnostics: DiagnosticList;
  readonly #usedKeys = new Set<string>();
  readonly #usedVersions = new Set<string>();

  /** @param inputs `spec.workload`; null for bare manifests, whose code nobody describes: defaults, without warnings */
  constructor(inputs: Readonly<Record<string, WorkloadInput>> | null, diagnostics: DiagnosticList) {
    this.#inputs = inputs ?? {};
    this.#warns = inputs !== null;
    this.#diagnostics = diagnostics;
  }

  resolve(container: ContainerIdentity): Workload {
    const { tag } = splitImage(container.image);
    const key = this.#match(container);
    if (key !== null) this.#usedKeys.add(key);
    else if (this.#warns) this.#warnUnmatched(container);
    const input = key === null ? {} : (this.#inputs[key] ?? {});
    const version =
      tag === null || !Object.hasOwn(input.versions ?? {}, tag) ? undefined : input.versions?.[tag];
    if (key !== null && tag !== null) this.#usedVersions.add(`${key}\n${tag}`);
    const behaviour = overlay(input, version);
    if (key !== null && container.ends && behaviour.runs === undefined) this.#warnRuns(container, key);
    return workloadOf(key ?? container.name, behaviour, container.ends);
  }

  /** Warnings for keys and versions that spoke for no container. */
  reportUnused(source: SourceMap): void {
    for (const [key, input] of Object.entries(this.#inputs)) {
      const path = joinPath('spec.workload', key);
      if (!this.#usedKeys.has(key)) {
        this.#diagnostics.add('W102', locateKey(source, path), {
          message: `No container is called ${key}, runs such an image or carries such an app label.`,
          path,
        });
        continue;
      }
      for (const tag of Object.keys(input.versions ?? {})) {
        if (this.#usedVersions.has(`${key}\n${tag}`)) continue;
        const versionPath = joinPath(joinPath(path, 'versions'), tag);
        this.#diagnostics.add('W103', locateKey(source, versionPath), {
          message: `No container of ${key} runs an image with the tag ${tag}.`,
          path: versionPath,
        });
      }
    }
  }

  #match(container: ContainerIdentity): string | null {
    const { repository } = splitImage(container.image);
    const labels = container.labelled
      ? [container.podLabels['app.kubernetes.io/name'], container.podLabels['app']]
      : [];
    const names = [container.name, repository, repository.slice(repository.lastIndexOf('/') + 1), ...labels];
    return names.find((name) => name !== undefined && Object.hasOwn(this.#inputs, name)) ?? null;
  }

  #warnUnmatched(container: ContainerIdentity): void {
    const known = Object.keys(this.#inputs);
    this.#diagnostics.add('W101', container.location, {
      message: `No entry of spec.workload says what container ${container.name} does; defaults are taken.`,
      value: container.image,
      hint: `Add workload.${container.name}, or rename one of: ${known.length === 0 ? 'none given' : known.join(', ')}.`,
    });
  }

  #warnRuns(container: ContainerIdentity, key: string): void {
    this.#diagnostics.add('W104', container.location, {
      message: `Container ${container.name} must end by itself, and workload.${key} does not say when; lognormal p50 5s, p99 20s is taken.`,
      hint: `Give workload.${container.name} with runs.`,
    });
  }
}

function overlay(base: BehaviourInput, version: BehaviourInput | undefined): BehaviourInput {
  if (version === undefined) return base;
  const given = Object.fromEntries(Object.entries(version).filter(([, value]) => value !== undefined));
  const onSigterm = { ...sigtermInput(base.onSigterm), ...sigtermInput(version.onSigterm) };
  return { ...base, ...given, onSigterm };
}

function sigtermInput(input: BehaviourInput['onSigterm']): SigtermInput {
  return typeof input === 'string' ? { style: input } : (input ?? {});
}

function workloadOf(name: string, input: BehaviourInput, ends: boolean): Workload {
  const boot = input.boot ?? DEFAULT_BOOT;
  return {
    name,
    serviceTime: input.serviceTime ?? DEFAULT_SERVICE_TIME,
    concurrency: input.concurrency ?? 64,
    backlog: input.backlog ?? 128,
    overflow: input.overflow ?? 'http-5xx',
    boot: boot === 'never' ? null : boot,
    onSigterm: sigterm(input.onSigterm),
    keepAliveTimeoutMs: input.keepAliveTimeout ?? 75 * SECOND_MS,
    cpuPerRequestMs: input.cpuPerRequest ?? 0,
    dependencies: input.dependencies ?? [],
    coldStart:
      input.coldStart === undefined ? null : { factor: input.coldStart.factor, tauMs: input.coldStart.tau },
    errorRate: input.errorRate ?? 0,
    runs: input.runs ?? (ends ? DEFAULT_RUNS : null),
    failureRate: input.failureRate ?? 0,
  };
}

function sigterm(input: BehaviourInput['onSigterm']): SigtermBehaviour {
  const { style = 'stop-accept', drainMax, lameDuck, failReadiness, closeHeader } = sigtermInput(input);
  return {
    style,
    drainMaxMs: drainMax ?? 30 * SECOND_MS,
    lameDuckMs: style === 'lame-duck' ? (lameDuck ?? 10 * SECOND_MS) : 0,
    failReadiness: failReadiness ?? false,
    closeHeader: closeHeader ?? false,
  };
}
