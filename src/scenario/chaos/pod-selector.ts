/**
 * The pod selector of Chaos Mesh (R-CHX-1), as far as the model has what it looks at: labels, nodes, names. All of its
 * parts must hold at once.
 */
import * as z from 'zod';
import type { DiagnosticList } from '../diagnostic-list.ts';
import type { PodTarget } from '../fault.ts';
import { stringMap } from '../manifests/metadata.ts';
import { locateValue } from '../source-map.ts';
import type { SourceDocument } from '../yaml-document.ts';

interface RawExpression {
  key: string;
  operator: string;
  values?: string[] | undefined;
}

export interface RawChaosSelector {
  namespaces?: string[] | undefined;
  labelSelectors?: Record<string, string> | undefined;
  expressionSelectors?: RawExpression[] | undefined;
  annotationSelectors?: Record<string, string> | undefined;
  fieldSelectors?: Record<string, string> | undefined;
  nodes?: string[] | undefined;
  nodeSelectors?: Record<string, string> | undefined;
  pods?: Record<string, string[]> | undefined;
  podPhaseSelectors?: string[] | undefined;
}

export interface ChaosSelector {
  readonly target: Pick<PodTarget, 'labels' | 'nodes' | 'pods'>;
  readonly namespaces: readonly string[];
  /** Labels that the nodes must have. */
  readonly nodeLabels: Readonly<Record<string, string>>;
}

export const chaosSelectorSchema: z.ZodType<RawChaosSelector> = z.strictObject({
  namespaces: z.array(z.string()).optional(),
  labelSelectors: stringMap.optional(),
  expressionSelectors: z
    .array(
      z.strictObject({
        key: z.string(),
        operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
        values: z.array(z.string()).optional(),
      }),
    )
    .optional(),
  annotationSelectors: stringMap.optional(),
  fieldSelectors: stringMap.optional(),
  nodes: z.array(z.string()).optional(),
  nodeSelectors: stringMap.optional(),
  pods: z.record(z.string(), z.array(z.string())).optional(),
  podPhaseSelectors: z.array(z.string()).optional(),
});

/** @param ownNamespace where the object stands: what it selects from when it names no namespace */
export function readSelector(
  raw: RawChaosSelector,
  document: SourceDocument,
  ownNamespace: string,
  diagnostics: DiagnosticList,
): ChaosSelector {
  const refuse = (path: string, message: string): void => {
    const field = `spec.selector.${path}`;
    diagnostics.add('E601', locateValue(document.source, field), { message, path: field });
  };
  const labels: Record<string, string> = { ...raw.labelSelectors };
  for (const [index, { key, operator, values }] of (raw.expressionSelectors ?? []).entries()) {
    const [only, ...more] = values ?? [];
    if (operator === 'In' && only !== undefined && more.length === 0) labels[key] = only;
    else {
      refuse(
        `expressionSelectors[${index}]`,
        'Of expressions only In with a single value can be simulated; it is the same as a label.',
      );
    }
  }
  const nodes = [...(raw.nodes ?? [])];
  const pods: string[] = [];
  for (const [field, value] of Object.entries(raw.fieldSelectors ?? {})) {
    if (field === 'spec.nodeName') nodes.push(value);
    else if (field === 'metadata.name') pods.push(value);
    else if (field !== 'status.phase' || value !== 'Running')
      refuse('fieldSelectors', `The field ${field} cannot be looked at in the simulated cluster.`);
  }
  if (Object.keys(raw.annotationSelectors ?? {}).length > 0)
    refuse('annotationSelectors', 'Pods cannot be selected by their annotations.');
  if ((raw.podPhaseSelectors ?? []).some((phase) => phase !== 'Running'))
    refuse('podPhaseSelectors', 'Only Running pods can be selected by their phase.');
  pods.push(...Object.values(raw.pods ?? {}).flat());
  const named = Object.keys(raw.pods ?? {});
  return {
    target: { labels, nodes, pods },
    namespaces: raw.namespaces ?? (named.length > 0 ? named : [ownNamespace]),
    nodeLabels: raw.nodeSelectors ?? {},
  };
}
