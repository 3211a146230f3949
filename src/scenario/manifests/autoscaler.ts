/**
 * HorizontalPodAutoscalers: read for their bounds and their target; their scaling is not simulated.
 */
import * as z from 'zod';
import type { HorizontalPodAutoscaler } from '../scenario.ts';
import { INT32_MAX } from '../scalars.ts';
import { locateValue } from '../source-map.ts';
import type { SourceDocument } from '../yaml-document.ts';
import { checkDocument } from '../zod-issues.ts';
import { ignored, manifestOf, objectName, topLevel, type RawMetadata } from './metadata.ts';
import type { ManifestContext } from './pod-template.ts';

interface RawAutoscaler {
  metadata: RawMetadata;
  spec: {
    scaleTargetRef: { kind: string; name: string };
    minReplicas?: number | undefined;
    maxReplicas: number;
  };
}

const schema: z.ZodType<RawAutoscaler> = z.strictObject({
  ...topLevel,
  spec: z.strictObject({
    scaleTargetRef: z.strictObject({ apiVersion: ignored, kind: z.string(), name: objectName }),
    minReplicas: z.int().min(0).max(INT32_MAX).optional(),
    maxReplicas: z.int().min(1).max(INT32_MAX),
    metrics: ignored,
    behavior: ignored,
    targetCPUUtilizationPercentage: ignored,
  }),
});

export function readAutoscaler(
  document: SourceDocument,
  { diagnostics }: ManifestContext,
): HorizontalPodAutoscaler | null {
  const raw = checkDocument(schema, document, diagnostics);
  if (raw === null) return null;
  const { minReplicas = 1, maxReplicas, scaleTargetRef } = raw.spec;
  if (minReplicas > maxReplicas) {
    diagnostics.add('E309', locateValue(document.source, 'spec.maxReplicas'), {
      message: 'maxReplicas is below minReplicas.',
      path: 'spec.maxReplicas',
      value: maxReplicas,
      expected: `at least ${minReplicas}`,
    });
  }
  diagnostics.add('W203', locateValue(document.source, 'kind'), {
    message: `The autoscaler does not act: ${scaleTargetRef.name} keeps the replica count of its manifest.`,
    path: 'kind',
    value: raw.metadata.name,
  });
  return {
    ...manifestOf(document, raw.metadata),
    kind: 'HorizontalPodAutoscaler',
    target: scaleTargetRef.name,
    minReplicas,
    maxReplicas,
  };
}
