/**
 * ReplicaSets that keep a Deployment's history, as `kubectl get replicasets -o yaml` gives them.
 */
import * as z from 'zod';
import type { ReplicaSet } from '../scenario.ts';
import { INT32_MAX } from '../scalars.ts';
import { locateKey, locateValue } from '../source-map.ts';
import type { SourceDocument } from '../yaml-document.ts';
import { checkDocument } from '../zod-issues.ts';
import { selectorSchema } from './deployment.ts';
import { manifestOf, topLevel, type RawMetadata } from './metadata.ts';
import { podTemplateSchema, type RawPodTemplate } from './pod-schema.ts';
import { toPodTemplate, type ManifestContext } from './pod-template.ts';

const REVISION = 'deployment.kubernetes.io/revision';

interface RawReplicaSet {
  metadata: RawMetadata;
  spec: { replicas?: number | undefined; template: RawPodTemplate };
}

const schema: z.ZodType<RawReplicaSet> = z.strictObject({
  ...topLevel,
  spec: z.strictObject({
    replicas: z.int().min(0).max(INT32_MAX).optional(),
    minReadySeconds: z.int().min(0).max(INT32_MAX).optional(),
    selector: selectorSchema.optional(),
    template: podTemplateSchema,
  }),
});

const owners = z.array(z.looseObject({ kind: z.string(), name: z.string() }));

export function readReplicaSet(document: SourceDocument, context: ManifestContext): ReplicaSet | null {
  const { diagnostics } = context;
  const raw = checkDocument(schema, document, diagnostics);
  if (raw === null) return null;
  const annotation = raw.metadata.annotations?.[REVISION];
  const revision = /^[1-9]\d{0,8}$/u.test(annotation ?? '') ? Number(annotation) : null;
  const deployment = ownerOf(raw);
  if (revision === null) {
    diagnostics.add('E202', locateValue(document.source, 'metadata.annotations'), {
      message: `A ReplicaSet of the history needs its revision.`,
      path: `metadata.annotations["${REVISION}"]`,
      value: annotation,
      expected: `annotation ${REVISION} with a number such as "1"`,
    });
  }
  if (deployment === null) {
    diagnostics.add('E202', locateKey(document.source, 'metadata'), {
      message: 'It is not said to which Deployment the ReplicaSet belongs.',
      path: 'metadata.ownerReferences',
      expected: 'an owner reference of kind Deployment, or a name such as DEPLOYMENT-HASH',
    });
  }
  if (revision === null || deployment === null) return null;
  return {
    ...manifestOf(document, raw.metadata),
    kind: 'ReplicaSet',
    deployment,
    revision,
    replicas: raw.spec.replicas ?? 1,
    template: toPodTemplate(raw.spec.template, document, ['spec', 'template'], 'Deployment', context),
  };
}

/** The owning Deployment by reference, or by the name that its controller gives: DEPLOYMENT-HASH. */
function ownerOf(raw: RawReplicaSet): string | null {
  const references = owners.safeParse(raw.metadata.ownerReferences);
  const owner = references.success
    ? references.data.find((reference) => reference.kind === 'Deployment')
    : undefined;
  if (owner !== undefined) return owner.name;
  const hash =
    raw.spec.template.metadata?.labels?.['pod-template-hash'] ?? raw.metadata.labels?.['pod-template-hash'];
  if (hash !== undefined && raw.metadata.name.endsWith(`-${hash}`))
    return raw.metadata.name.slice(0, -hash.length - 1);
  return /^(.+)-[a-z0-9]+$/u.exec(raw.metadata.name)?.[1] ?? null;
}
