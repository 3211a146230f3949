/**
 * Jobs with the API server's defaults (R-APP-1).
 */
import * as z from 'zod';
import type { Job } from '../scenario.ts';
import { INT32_MAX } from '../scalars.ts';
import { locateValue } from '../source-map.ts';
import type { SourceDocument } from '../yaml-document.ts';
import { checkDocument } from '../zod-issues.ts';
import { ignored, manifestOf, topLevel, type RawMetadata } from './metadata.ts';
import { podTemplateSchema, type RawPodTemplate } from './pod-schema.ts';
import { toPodTemplate, type ManifestContext } from './pod-template.ts';

interface RawJob {
  metadata: RawMetadata;
  spec: {
    template: RawPodTemplate;
    completions?: number | undefined;
    parallelism?: number | undefined;
    backoffLimit?: number | undefined;
    activeDeadlineSeconds?: number | undefined;
  };
}

const schema: z.ZodType<RawJob> = z.strictObject({
  ...topLevel,
  spec: z.strictObject({
    template: podTemplateSchema,
    completions: z.int().min(1).max(100_000).optional(),
    parallelism: z.int().min(0).max(100_000).optional(),
    backoffLimit: z.int().min(0).max(INT32_MAX).optional(),
    activeDeadlineSeconds: z.int().min(1).optional(),
    backoffLimitPerIndex: ignored,
    completionMode: ignored,
    managedBy: ignored,
    manualSelector: ignored,
    maxFailedIndexes: ignored,
    podFailurePolicy: ignored,
    podReplacementPolicy: ignored,
    selector: ignored,
    successPolicy: ignored,
    suspend: ignored,
    ttlSecondsAfterFinished: ignored,
  }),
});

export function readJob(document: SourceDocument, context: ManifestContext): Job | null {
  const raw = checkDocument(schema, document, context.diagnostics);
  if (raw === null) return null;
  const { spec } = raw;
  const path = 'spec.template.spec.restartPolicy';
  const { restartPolicy } = spec.template.spec;
  if (restartPolicy === undefined || restartPolicy === 'Always') {
    context.diagnostics.add('E306', locateValue(document.source, path), {
      message: 'A Job’s pods must not restart forever.',
      path,
      value: restartPolicy ?? 'Always (the default)',
      expected: 'OnFailure or Never',
    });
    return null;
  }
  return {
    ...manifestOf(document, raw.metadata),
    kind: 'Job',
    template: toPodTemplate(spec.template, document, ['spec', 'template'], 'Job', context),
    completions: spec.completions ?? 1,
    parallelism: spec.parallelism ?? 1,
    backoffLimit: spec.backoffLimit ?? 6,
    activeDeadlineSeconds: spec.activeDeadlineSeconds ?? null,
  };
}
