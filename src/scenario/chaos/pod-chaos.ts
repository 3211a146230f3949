/**
 * PodChaos of Chaos Mesh → a fault action with the same selector, mode and grace (R-CHX-1 to R-CHX-7).
 */
import * as z from 'zod';
import type { DiagnosticList } from '../diagnostic-list.ts';
import type { FaultAction, PodTarget } from '../fault.ts';
import { reportValueRange } from '../fault-value.ts';
import { DEFAULT_NAMESPACE, ignored, topLevel, type RawMetadata } from '../manifests/metadata.ts';
import { INT32_MAX, positiveDuration, scalar } from '../scalars.ts';
import { locateValue } from '../source-map.ts';
import type { SourceDocument } from '../yaml-document.ts';
import { checkDocument } from '../zod-issues.ts';
import type { PodChaos } from './chaos-mesh.generated.ts';
import {
  chaosSelectorSchema,
  readSelector,
  type ChaosSelector,
  type RawChaosSelector,
} from './pod-selector.ts';

export interface ChaosAction extends Pick<ChaosSelector, 'namespaces' | 'nodeLabels'> {
  readonly action: FaultAction;
  /** As it is written. */
  readonly object: PodChaos;
}

interface RawPodChaos {
  metadata: RawMetadata;
  spec: {
    action: PodChaos['spec']['action'];
    mode: PodChaos['spec']['mode'];
    value?: number | undefined;
    selector: RawChaosSelector;
    duration?: number | undefined;
    gracePeriod: number;
    containerNames?: string[] | undefined;
  };
}

/** R-CHX-2: text that holds a whole number. */
const value = scalar(
  (text) => (/^\d{1,9}$/u.test(String(text)) ? Number(text) : null),
  { code: 'E205', message: 'This is not a count.', expected: "a whole number in quotes, such as '2'" },
  { type: 'string' },
);

const schema: z.ZodType<RawPodChaos> = z.strictObject({
  ...topLevel,
  spec: z.strictObject({
    action: z.enum(['pod-kill', 'pod-failure', 'container-kill']),
    mode: z.enum(['one', 'all', 'fixed', 'fixed-percent', 'random-max-percent']),
    value: value.optional(),
    selector: chaosSelectorSchema,
    duration: positiveDuration.optional(),
    gracePeriod: z.int().min(0).max(INT32_MAX).default(0),
    containerNames: z.array(z.string()).optional(),
    remoteCluster: ignored,
  }),
});

export function readPodChaos(document: SourceDocument, diagnostics: DiagnosticList): ChaosAction | null {
  const raw = checkDocument(schema, document, diagnostics);
  if (raw === null) return null;
  const { spec, metadata } = raw;
  const at = (path: string): ReturnType<typeof locateValue> => locateValue(document.source, path);
  if (metadata.annotations?.['experiment.chaos-mesh.org/pause'] === 'true') {
    diagnostics.add('E601', at('metadata.annotations["experiment.chaos-mesh.org/pause"]'), {
      message: 'A paused experiment injects nothing (R-CHX-3).',
      hint: 'Remove the annotation.',
    });
  }
  const selector = readSelector(
    spec.selector,
    document,
    metadata.namespace ?? DEFAULT_NAMESPACE,
    diagnostics,
  );
  const counted = spec.mode !== 'one' && spec.mode !== 'all';
  if (counted && spec.value === undefined) {
    diagnostics.add('E202', at('spec.mode'), {
      message: `spec.value is required with mode: ${spec.mode}.`,
      path: 'spec.value',
    });
  }
  reportValueRange(spec.mode, spec.value, document.source, 'spec.value', diagnostics);
  const action = actionOf(raw, {
    ...selector.target,
    mode: spec.mode,
    value: counted ? (spec.value ?? 0) : 0,
  });
  reportFields(raw, document, diagnostics);
  return {
    action,
    // The schema has held it to the fields that are read here; the others are Chaos Mesh's to check.
    object: document.value as PodChaos,
    namespaces: selector.namespaces,
    nodeLabels: selector.nodeLabels,
  };
}

function actionOf({ spec }: RawPodChaos, target: PodTarget): FaultAction {
  switch (spec.action) {
    case 'pod-kill':
      return { kind: 'pod-kill', target, gracePeriodSeconds: spec.gracePeriod };
    case 'pod-failure':
      return { kind: 'pod-failure', target, durationMs: spec.duration ?? 0 };
    case 'container-kill':
      return { kind: 'container-kill', target, containers: spec.containerNames ?? [] };
  }
}

/** What an action needs, and what it takes no notice of (R-CHX-4, R-CHX-6, R-CHX-7). */
function reportFields({ spec }: RawPodChaos, { source }: SourceDocument, diagnostics: DiagnosticList): void {
  const missing = (field: string, why: string): void => {
    diagnostics.add('E202', locateValue(source, 'spec.action'), {
      message: `spec.${field} is required with action: ${spec.action}${why}.`,
      path: `spec.${field}`,
    });
  };
  if (spec.action === 'pod-failure' && spec.duration === undefined) missing('duration', ' (R-CHX-6)');
  if (spec.action === 'container-kill' && (spec.containerNames ?? []).length === 0)
    missing('containerNames', ' (R-CHX-7)');
  if (spec.action !== 'pod-failure' && spec.duration !== undefined) {
    diagnostics.add('W206', locateValue(source, 'spec.duration'), {
      message: `${spec.action} is done once and never undone: duration means nothing (R-CHX-4).`,
      path: 'spec.duration',
    });
  }
  if (spec.action !== 'pod-kill' && spec.gracePeriod > 0) {
    diagnostics.add('W206', locateValue(source, 'spec.gracePeriod'), {
      message: `gracePeriod means nothing with action: ${spec.action}.`,
      path: 'spec.gracePeriod',
      value: spec.gracePeriod,
    });
  }
}
