/**
 * Objects that others refer to and that do nothing by themselves: Namespace, Secret, ConfigMap, ServiceAccount.
 */
import * as z from 'zod';
import type { ReferencedObject } from '../scenario.ts';
import type { SourceDocument } from '../yaml-document.ts';
import { checkDocument } from '../zod-issues.ts';
import { ignored, manifestOf, stringMap, topLevel, type RawMetadata } from './metadata.ts';
import type { ManifestContext } from './pod-template.ts';

interface RawReferenced {
  metadata: RawMetadata;
  data?: Record<string, string> | undefined;
  stringData?: Record<string, string> | undefined;
  binaryData?: Record<string, string> | undefined;
}

const data = stringMap.optional();

const schemas: Readonly<Record<ReferencedObject['kind'], z.ZodType<RawReferenced>>> = {
  Namespace: z.strictObject({ ...topLevel, spec: ignored }),
  Secret: z.strictObject({ ...topLevel, data, stringData: data, type: ignored, immutable: ignored }),
  ConfigMap: z.strictObject({ ...topLevel, data, binaryData: data, immutable: ignored }),
  ServiceAccount: z.strictObject({
    ...topLevel,
    secrets: ignored,
    imagePullSecrets: ignored,
    automountServiceAccountToken: ignored,
  }),
};

export function readReferenced(
  kind: ReferencedObject['kind'],
  document: SourceDocument,
  { diagnostics }: ManifestContext,
): ReferencedObject | null {
  const raw = checkDocument(schemas[kind], document, diagnostics);
  if (raw === null) return null;
  const keys = Object.keys({ ...raw.data, ...raw.stringData, ...raw.binaryData });
  return { ...manifestOf(document, raw.metadata), kind, keys: keys.sort() };
}
