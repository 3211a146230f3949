/**
 * Deployments with the API server's defaults and checks (R-DEP-1).
 */
import * as z from 'zod';
import { percentOf } from '../int-or-percent.ts';
import type { Deployment, IntOrPercent } from '../scenario.ts';
import { INT32_MAX, intOrPercent } from '../scalars.ts';
import { locateValue } from '../source-map.ts';
import type { SourceDocument } from '../yaml-document.ts';
import { checkDocument } from '../zod-issues.ts';
import { ignored, manifestOf, stringMap, topLevel, type RawMetadata } from './metadata.ts';
import { podTemplateSchema, type RawPodTemplate } from './pod-schema.ts';
import { toPodTemplate, type ManifestContext } from './pod-template.ts';

export interface RawSelector {
  matchLabels?: Record<string, string> | undefined;
  matchExpressions?: unknown;
}

export const selectorSchema: z.ZodType<RawSelector> = z.strictObject({
  matchLabels: stringMap.optional(),
  matchExpressions: ignored,
});

const int32 = z.int().min(0).max(INT32_MAX);

interface RawDeployment {
  metadata: RawMetadata;
  spec: {
    replicas?: number | undefined;
    selector: RawSelector;
    template: RawPodTemplate;
    strategy?:
      | {
          type?: 'RollingUpdate' | 'Recreate' | undefined;
          rollingUpdate?:
            { maxSurge?: IntOrPercent | undefined; maxUnavailable?: IntOrPercent | undefined } | undefined;
        }
      | undefined;
    minReadySeconds?: number | undefined;
    revisionHistoryLimit?: number | undefined;
    progressDeadlineSeconds?: number | undefined;
    paused?: boolean | undefined;
  };
}

const schema: z.ZodType<RawDeployment> = z.strictObject({
  ...topLevel,
  spec: z.strictObject({
    replicas: int32.optional(),
    selector: selectorSchema,
    template: podTemplateSchema,
    strategy: z
      .strictObject({
        type: z.enum(['RollingUpdate', 'Recreate']).optional(),
        rollingUpdate: z
          .strictObject({ maxSurge: intOrPercent.optional(), maxUnavailable: intOrPercent.optional() })
          .optional(),
      })
      .optional(),
    minReadySeconds: int32.optional(),
    revisionHistoryLimit: int32.optional(),
    progressDeadlineSeconds: int32.optional(),
    paused: z.boolean().optional(),
  }),
});

export function readDeployment(document: SourceDocument, context: ManifestContext): Deployment | null {
  const raw = checkDocument(schema, document, context.diagnostics);
  if (raw === null) return null;
  const { spec } = raw;
  reportImpossible(raw, document, context);
  return {
    ...manifestOf(document, raw.metadata),
    kind: 'Deployment',
    replicas: spec.replicas ?? 1,
    replicasGiven: spec.replicas !== undefined,
    selector: spec.selector.matchLabels ?? {},
    template: toPodTemplate(spec.template, document, ['spec', 'template'], 'Deployment', context),
    strategy: strategyOf(spec.strategy),
    minReadySeconds: spec.minReadySeconds ?? 0,
    revisionHistoryLimit: spec.revisionHistoryLimit ?? 10,
    progressDeadlineSeconds: spec.progressDeadlineSeconds ?? 600,
    paused: spec.paused ?? false,
  };
}

function strategyOf(strategy: RawDeployment['spec']['strategy']): Deployment['strategy'] {
  if (strategy?.type === 'Recreate') return { type: 'Recreate' };
  const { maxSurge = '25%', maxUnavailable = '25%' } = strategy?.rollingUpdate ?? {};
  return { type: 'RollingUpdate', maxSurge, maxUnavailable };
}

/** What the API server refuses although each field for itself is fine. */
function reportImpossible(
  raw: RawDeployment,
  document: SourceDocument,
  { diagnostics }: ManifestContext,
): void {
  const { spec } = raw;
  const at = (path: string): ReturnType<typeof locateValue> => locateValue(document.source, path);
  const { type, rollingUpdate } = spec.strategy ?? {};
  const path = 'spec.strategy.rollingUpdate';
  if (type === 'Recreate' && rollingUpdate !== undefined) {
    diagnostics.add('E213', at(path), { message: 'rollingUpdate cannot stand beside type Recreate.', path });
  }
  if (isZero(rollingUpdate?.maxSurge) && isZero(rollingUpdate?.maxUnavailable)) {
    diagnostics.add('E301', at(`${path}.maxUnavailable`), {
      message: 'With both at 0 a rollout could neither add nor remove a pod.',
      path: `${path}.maxUnavailable`,
      value: 0,
      expected: 'maxSurge or maxUnavailable above 0',
    });
  }
  if (rollingUpdate?.maxUnavailable !== undefined && (percentOf(rollingUpdate.maxUnavailable) ?? 0) > 100) {
    diagnostics.add('E305', at(`${path}.maxUnavailable`), {
      message: 'No more than all pods can be unavailable.',
      path: `${path}.maxUnavailable`,
      value: rollingUpdate.maxUnavailable,
      expected: 'at most 100%',
    });
  }
  if ((spec.progressDeadlineSeconds ?? 600) <= (spec.minReadySeconds ?? 0)) {
    const field = spec.progressDeadlineSeconds === undefined ? 'minReadySeconds' : 'progressDeadlineSeconds';
    diagnostics.add('E310', at(`spec.${field}`), {
      message: 'progressDeadlineSeconds must be greater than minReadySeconds.',
      path: `spec.${field}`,
      value: spec[field],
      expected: `progressDeadlineSeconds above ${spec.minReadySeconds ?? 0}`,
    });
  }
  reportPod(raw, document, { diagnostics });
}

function reportPod(
  raw: RawDeployment,
  document: SourceDocument,
  { diagnostics }: Pick<ManifestContext, 'diagnostics'>,
): void {
  const { selector, template } = raw.spec;
  const labels = template.metadata?.labels ?? {};
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) {
    if (labels[key] === value) continue;
    diagnostics.add('E302', locateValue(document.source, 'spec.selector'), {
      message: `The template's labels lack ${key}: ${value}, which the selector asks for.`,
      path: 'spec.selector.matchLabels',
      value: labels,
      expected: `${key}: ${value} in spec.template.metadata.labels`,
    });
  }
  if (selector.matchLabels === undefined && selector.matchExpressions === undefined) {
    diagnostics.add('E202', locateValue(document.source, 'spec.selector'), {
      message: 'The selector is empty.',
      path: 'spec.selector.matchLabels',
    });
  }
  const { restartPolicy } = template.spec;
  if (restartPolicy !== undefined && restartPolicy !== 'Always') {
    const path = 'spec.template.spec.restartPolicy';
    diagnostics.add('E306', locateValue(document.source, path), {
      message: 'Pods of a Deployment always restart.',
      path,
      value: restartPolicy,
      expected: 'Always',
    });
  }
}

function isZero(value: IntOrPercent | undefined): boolean {
  return value === 0 || value === '0%';
}
