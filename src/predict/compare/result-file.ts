/** A JSON file that the program wrote earlier, a run record or a prediction, as one side of a comparison. */
import * as z from 'zod';
import { FAILURE_CLASSES, RECORD_SCHEMA, type RunRecord } from '../../record.ts';
import { recordSchema } from '../../record-schema.ts';
import { PREDICTION_SCHEMA, type Prediction } from '../../prediction.ts';
import type { Diagnostic } from '../../scenario/diagnostic.ts';
import { DiagnosticList } from '../../scenario/diagnostic-list.ts';
import { parseJson } from '../../scenario/json-document.ts';
import { checkDocument } from '../../scenario/zod-issues.ts';
import { isRecord } from '../../scenario/yaml-document.ts';

export type Result =
  | { readonly kind: 'record'; readonly record: RunRecord }
  | { readonly kind: 'prediction'; readonly prediction: Prediction };

export interface ResultReading {
  /** null when it is neither; `diagnostics` says what is wrong. */
  readonly result: Result | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** Whether JSON text is meant as a result of the program, rather than as a scenario or manifest in JSON. */
export function looksLikeResult(text: string): boolean {
  return !/^\s*\{\s*"(?:apiVersion|kind)"/u.test(text);
}

/** @param file the name that diagnostics give it */
export function readResult(file: string, text: string): ResultReading {
  const diagnostics = new DiagnosticList();
  const document = parseJson(file, text, diagnostics);
  if (document === null || checkDocument(knownSchema, document, diagnostics) === null)
    return { result: null, diagnostics: diagnostics.sorted() };
  const { value } = document;
  const isPrediction = isRecord(value) && value['schema'] === PREDICTION_SCHEMA;
  const result: Result | null = isPrediction
    ? wrapped('prediction', checkDocument(predictionSchema, document, diagnostics))
    : wrapped('record', checkDocument(recordSchema, document, diagnostics));
  return { result, diagnostics: diagnostics.sorted() };
}

function wrapped(kind: Result['kind'], value: unknown): Result | null {
  return value === null ? null : ({ kind, [kind]: value } as unknown as Result);
}

// ---- shapes: of a prediction what a comparison reads is checked, whatever else the file holds is kept

const knownSchema: z.ZodType = z.looseObject({ schema: z.enum([RECORD_SCHEMA, PREDICTION_SCHEMA]) });

const finite = z.number();
const count = z.number().min(0);
const identity = z.looseObject({ name: z.string(), digest: z.string() });
const place = z.looseObject({ file: z.string(), line: count });

const summary = z.looseObject({
  mean: finite,
  sd: count,
  p2_5: finite,
  p25: finite,
  p50: finite,
  p75: finite,
  p97_5: finite,
  min: finite,
  max: finite,
});

const predictionSchema: z.ZodType = z.looseObject({
  schema: z.literal(PREDICTION_SCHEMA),
  scenario: identity,
  engine: z.looseObject({
    version: z.string(),
    mode: z.enum(['exact', 'skip-ahead']),
    seed: z.int(),
    runs: z.int().min(1),
  }),
  requests: z.looseObject({
    offered: summary,
    failed: summary,
    failedByClass: z.partialRecord(z.enum(FAILURE_CLASSES), summary),
    failedNewConnections: summary,
    failedReusedConnections: summary,
    retried: summary,
  }),
  latencyMs: z.looseObject({ p50: summary, p90: summary, p99: summary, p999: summary }),
  rollout: z.looseObject({
    outcome: z.looseObject({ complete: finite, stalled: finite, rolledBack: finite }),
    completeMs: summary.nullable(),
    lastOldPodGoneMs: summary.nullable(),
  }),
  pods: z.looseObject({
    peakDesired: summary,
    peakWithTerminating: summary,
    minReady: summary,
    minServing: summary,
    peakCpuRequested: summary,
    peakMemoryRequestedBytes: summary,
  }),
  causes: z.array(
    z.looseObject({
      rule: z.string(),
      title: z.string(),
      share: finite,
      failed: summary,
      where: z.array(place),
    }),
  ),
  expectations: z.array(
    z.looseObject({
      name: z.string(),
      target: z.string(),
      value: summary,
      probabilityMet: finite,
      met: z.boolean(),
    }),
  ),
});
