/**
 * ResourceQuotas: the bounds on pods and on requested CPU and memory of a namespace (R-DEP-24).
 */
import * as z from 'zod';
import type { ResourceQuota } from '../scenario.ts';
import { cpuQuantity, memoryQuantity, quantity } from '../scalars.ts';
import type { SourceDocument } from '../yaml-document.ts';
import { checkDocument } from '../zod-issues.ts';
import { ignored, manifestOf, topLevel, type RawMetadata } from './metadata.ts';
import type { ManifestContext } from './pod-template.ts';

interface RawQuota {
  metadata: RawMetadata;
  spec: { hard?: Record<string, number | undefined> | undefined };
}

const schema: z.ZodType<RawQuota> = z.strictObject({
  ...topLevel,
  spec: z.strictObject({
    hard: z
      .object({
        cpu: cpuQuantity.optional(),
        'requests.cpu': cpuQuantity.optional(),
        memory: memoryQuantity.optional(),
        'requests.memory': memoryQuantity.optional(),
      })
      .catchall(quantity)
      .optional(),
    scopes: ignored,
    scopeSelector: ignored,
  }),
});

export function readQuota(document: SourceDocument, { diagnostics }: ManifestContext): ResourceQuota | null {
  const raw = checkDocument(schema, document, diagnostics);
  if (raw === null) return null;
  const hard = raw.spec.hard ?? {};
  return {
    ...manifestOf(document, raw.metadata),
    kind: 'ResourceQuota',
    pods: hard['pods'] ?? hard['count/pods'] ?? null,
    requestsCpuMilli: hard['requests.cpu'] ?? hard['cpu'] ?? null,
    requestsMemoryBytes: hard['requests.memory'] ?? hard['memory'] ?? null,
  };
}
