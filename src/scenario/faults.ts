/**
 * The scenario's `faults` → checked Faults: what each breaks, and when it begins.
 */
import { readChaos } from './chaos/read-chaos.ts';
import { deploymentName } from './deployment-name.ts';
import type { Fault, FaultAction, FaultStart, PodTarget } from './fault.ts';
import type { FaultInput, TargetInput } from './fault-schema.ts';
import { PERCENT_MODES, reportValueRange } from './fault-value.ts';
import type { ManifestReading } from './manifest-files.ts';
import { locateValue, type SourceMap } from './source-map.ts';

const ACTIONS = [
  'drain',
  'nodeDown',
  'podKill',
  'podFailure',
  'containerKill',
  'dependencyOutage',
  'chaos',
] as const;

/** A fault and the selection that a Chaos Mesh object made for it, which only the whole scenario can check. */
export interface ReadFault extends Fault {
  /** Path of the fault in scenario.yaml, to place what is found wrong with it. */
  readonly path: string;
  /** Namespaces that a Chaos Mesh selector covers; null: the scenario's own notation, which knows none. */
  readonly namespaces: readonly string[] | null;
  /** Labels that the nodes of its pods must have. */
  readonly nodeLabels: Readonly<Record<string, string>>;
}

/** @param source places of scenario.yaml's fields */
export function readFaults(
  inputs: readonly FaultInput[],
  source: SourceMap,
  reading: ManifestReading,
): readonly ReadFault[] {
  return inputs.flatMap((input, index) => {
    const path = `spec.faults[${index}]`;
    const start = readStart(input, path, source, reading);
    const actions = readActions(input, path, source, reading);
    if (start === null) return [];
    const location = locateValue(source, path);
    return actions.map((action) => Object.assign({ start, location, path }, action));
  });
}

function readStart(
  { at, when }: FaultInput,
  path: string,
  source: SourceMap,
  { diagnostics }: ManifestReading,
): FaultStart | null {
  if ((at === undefined) === (when === undefined)) {
    diagnostics.add('E213', locateValue(source, at === undefined ? path : `${path}.when`), {
      message: `A fault has either at or when${at === undefined ? '' : ', not both'}.`,
      path: at === undefined ? path : `${path}.when`,
      expected: 'one of at: 90s, when: { rollout: 50% }',
    });
    return null;
  }
  if (at !== undefined) return { kind: 'at', timeMs: at };
  return {
    kind: 'when',
    deployment: when?.deployment === undefined ? null : deploymentName(when.deployment),
    rollout: when?.rollout ?? 0,
    delayMs: when?.delay ?? 0,
  };
}

type ReadAction = Pick<ReadFault, 'action' | 'object' | 'namespaces' | 'nodeLabels'>;

function readActions(
  input: FaultInput,
  path: string,
  source: SourceMap,
  reading: ManifestReading,
): readonly ReadAction[] {
  const given = ACTIONS.filter((name) => input[name] !== undefined);
  if (given.length !== 1) {
    reading.diagnostics.add(
      'E213',
      locateValue(source, given.length === 0 ? path : `${path}.${given[1] ?? ''}`),
      {
        message:
          given.length === 0
            ? 'The fault breaks nothing.'
            : `A fault does one thing, not ${given.join(' and ')}.`,
        path,
        expected: `one of ${ACTIONS.join(', ')}`,
      },
    );
    return [];
  }
  if (input.chaos !== undefined) return readChaos(input.chaos, locateValue(source, `${path}.chaos`), reading);
  const action = ownAction(input, path, source, reading);
  return action === null ? [] : [{ action, namespaces: null, nodeLabels: {} }];
}

function ownAction(
  input: FaultInput,
  path: string,
  source: SourceMap,
  reading: ManifestReading,
): FaultAction | null {
  const { drain, nodeDown, podKill, podFailure, containerKill, dependencyOutage } = input;
  const targetAt = (field: string, given: TargetInput): PodTarget =>
    readTarget(given, `${path}.${field}`, source, reading);
  if (drain !== undefined) {
    return {
      kind: 'drain',
      node: drain.node,
      gracePeriodSeconds: drain.gracePeriodSeconds ?? null,
      timeoutMs: drain.timeout ?? null,
      uncordonAfterMs: drain.uncordonAfter ?? null,
    };
  }
  if (nodeDown !== undefined) {
    const { node, effect } = nodeDown;
    return { kind: 'node-down', node, effect, durationMs: nodeDown.for ?? null };
  }
  if (podKill !== undefined) {
    const { gracePeriodSeconds } = podKill;
    return { kind: 'pod-kill', target: targetAt('podKill', podKill), gracePeriodSeconds };
  }
  if (podFailure !== undefined) {
    return { kind: 'pod-failure', target: targetAt('podFailure', podFailure), durationMs: podFailure.for };
  }
  if (containerKill !== undefined) {
    const { containers } = containerKill;
    return { kind: 'container-kill', target: targetAt('containerKill', containerKill), containers };
  }
  if (dependencyOutage === undefined) return null;
  const { dependency } = dependencyOutage;
  return { kind: 'dependency-outage', dependency, durationMs: dependencyOutage.for };
}

function readTarget(
  { labels, nodes, pods, mode, value }: TargetInput,
  path: string,
  source: SourceMap,
  { diagnostics }: ManifestReading,
): PodTarget {
  const counted = mode !== 'one' && mode !== 'all';
  if (counted && value === undefined) {
    diagnostics.add('E202', locateValue(source, path), {
      message: `${path}.value is required with mode: ${mode}.`,
      path: `${path}.value`,
      expected: PERCENT_MODES.has(mode) ? 'per cent of the pods, from 0 to 100' : 'how many pods, such as 2',
    });
  }
  if (!counted && value !== undefined) {
    diagnostics.add('W206', locateValue(source, `${path}.value`), {
      message: `value means nothing with mode: ${mode}.`,
      path: `${path}.value`,
      value,
    });
  }
  reportValueRange(mode, value, source, `${path}.value`, diagnostics);
  return { labels, nodes, pods, mode, value: counted ? (value ?? 0) : 0 };
}
