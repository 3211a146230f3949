/**
 * PodDisruptionBudgets. Rolling updates never consult them (R-PDB-1); drains do.
 */
import * as z from 'zod';
import { percentOf } from '../int-or-percent.ts';
import type { IntOrPercent, PodDisruptionBudget } from '../scenario.ts';
import { intOrPercent } from '../scalars.ts';
import { locateValue } from '../source-map.ts';
import type { SourceDocument } from '../yaml-document.ts';
import { checkDocument } from '../zod-issues.ts';
import { selectorSchema, type RawSelector } from './deployment.ts';
import { manifestOf, topLevel, type RawMetadata } from './metadata.ts';
import type { ManifestContext } from './pod-template.ts';

interface RawBudget {
  metadata: RawMetadata;
  spec: {
    selector?: RawSelector | undefined;
    minAvailable?: IntOrPercent | undefined;
    maxUnavailable?: IntOrPercent | undefined;
    unhealthyPodEvictionPolicy?: 'IfHealthyBudget' | 'AlwaysAllow' | undefined;
  };
}

const schema: z.ZodType<RawBudget> = z.strictObject({
  ...topLevel,
  spec: z.strictObject({
    selector: selectorSchema.optional(),
    minAvailable: intOrPercent.optional(),
    maxUnavailable: intOrPercent.optional(),
    unhealthyPodEvictionPolicy: z.enum(['IfHealthyBudget', 'AlwaysAllow']).optional(),
  }),
});

export function readBudget(
  document: SourceDocument,
  { diagnostics }: ManifestContext,
): PodDisruptionBudget | null {
  const raw = checkDocument(schema, document, diagnostics);
  if (raw === null) return null;
  const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy } = raw.spec;
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    diagnostics.add('E213', locateValue(document.source, 'spec.maxUnavailable'), {
      message: 'minAvailable and maxUnavailable exclude each other.',
      path: 'spec.maxUnavailable',
      value: maxUnavailable,
      expected: 'one of minAvailable, maxUnavailable',
    });
  }
  for (const [key, value] of Object.entries({ minAvailable, maxUnavailable })) {
    if (value === undefined || (percentOf(value) ?? 0) <= 100) continue;
    diagnostics.add('E305', locateValue(document.source, `spec.${key}`), {
      message: `${key} is a share of all pods.`,
      path: `spec.${key}`,
      value,
      expected: 'at most 100%',
    });
  }
  return {
    ...manifestOf(document, raw.metadata),
    kind: 'PodDisruptionBudget',
    selector: selector?.matchLabels ?? {},
    minAvailable: minAvailable ?? null,
    maxUnavailable: maxUnavailable ?? null,
    ...(unhealthyPodEvictionPolicy === 'AlwaysAllow' && { unhealthyPodEvictionPolicy }),
  };
}
