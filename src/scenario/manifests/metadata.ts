/**
 * The metadata of Kubernetes objects, and what every manifest of the scenario carries.
 */
import * as z from 'zod';
import type { Manifest } from '../scenario.ts';
import { scalar } from '../scalars.ts';
import type { SourceDocument } from '../yaml-document.ts';

export interface RawMetadata {
  name: string;
  namespace?: string | undefined;
  labels?: Record<string, string> | undefined;
  annotations?: Record<string, string> | undefined;
  ownerReferences?: unknown;
}

/** A field that the API knows and the model has no use for. */
export const ignored: z.ZodOptional<z.ZodUnknown> = z.unknown().optional();

export const stringMap: z.ZodType<Record<string, string>> = z.record(z.string(), z.string());

/** Names of objects: RFC 1123 subdomains. */
export const objectName: z.ZodType<string> = scalar(
  (value) =>
    typeof value === 'string' && value.length <= 253 && /^[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?$/u.test(value)
      ? value
      : null,
  {
    code: 'E212',
    message: 'This is not a valid name.',
    expected: 'lower-case letters, digits, dashes and dots',
  },
  { type: 'string' },
  (value) => {
    if (typeof value !== 'string') return 'Put it in quotes.';
    const fixed = value
      .toLowerCase()
      .replaceAll(/[^-a-z0-9.]+/gu, '-')
      .replaceAll(/^[-.]+|[-.]+$/gu, '');
    return fixed === '' ? undefined : `Perhaps ${fixed}?`;
  },
);

const metadataFields = {
  namespace: objectName.optional(),
  labels: stringMap.optional(),
  annotations: stringMap.optional(),
  generateName: ignored,
  finalizers: ignored,
  ownerReferences: ignored,
  creationTimestamp: ignored,
  deletionTimestamp: ignored,
  deletionGracePeriodSeconds: ignored,
  generation: ignored,
  managedFields: ignored,
  resourceVersion: ignored,
  selfLink: ignored,
  uid: ignored,
};

const metadataSchema: z.ZodType<RawMetadata> = z.strictObject({ ...metadataFields, name: objectName });

/** Of pod templates, whose name the controller makes up. */
export const templateMetadataSchema: z.ZodType<Omit<RawMetadata, 'name'>> = z.strictObject({
  ...metadataFields,
  name: ignored,
});

/** The members that all kinds share at their top level. */
export const topLevel: {
  readonly apiVersion: z.ZodString;
  readonly kind: z.ZodString;
  readonly metadata: z.ZodType<RawMetadata>;
  readonly status: z.ZodOptional<z.ZodUnknown>;
} = {
  apiVersion: z.string(),
  kind: z.string(),
  metadata: metadataSchema,
  status: ignored,
};

export const DEFAULT_NAMESPACE = 'default';

/** What every manifest carries, with the API server's default namespace. */
export function manifestOf(document: SourceDocument, metadata: RawMetadata): Manifest {
  return {
    name: metadata.name,
    namespace: metadata.namespace ?? DEFAULT_NAMESPACE,
    labels: metadata.labels ?? {},
    annotations: metadata.annotations ?? {},
    file: document.file,
    lines: document.source.values,
  };
}
