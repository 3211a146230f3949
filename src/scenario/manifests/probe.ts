/**
 * Probes with the API server's defaults (R-POD-8).
 */
import * as z from 'zod';
import type { Probe } from '../scenario.ts';
import type { IssueParameters } from '../zod-issues.ts';
import { INT32_MAX } from '../scalars.ts';
import { ignored } from './metadata.ts';

export interface RawProbe {
  httpGet?: { path?: string | undefined; port: number | string } | undefined;
  tcpSocket?: { port: number | string } | undefined;
  exec?: { command?: string[] | undefined } | undefined;
  grpc?: { port: number } | undefined;
  initialDelaySeconds?: number | undefined;
  periodSeconds?: number | undefined;
  timeoutSeconds?: number | undefined;
  successThreshold?: number | undefined;
  failureThreshold?: number | undefined;
  terminationGracePeriodSeconds?: number | undefined;
}

export const portSchema: z.ZodType<number | string> = z.union([
  z.int().min(1).max(65_535),
  z.string().min(1).max(63),
]);

const seconds = (minimum: number): z.ZodInt => z.int().min(minimum).max(INT32_MAX);

export const httpGetSchema: z.ZodType<{ path?: string | undefined; port: number | string }> = z.strictObject({
  path: z.string().optional(),
  port: portSchema,
  host: ignored,
  scheme: ignored,
  httpHeaders: ignored,
});

export const tcpSocketSchema: z.ZodType<{ port: number | string }> = z.strictObject({
  port: portSchema,
  host: ignored,
});

export const execSchema: z.ZodType<{ command?: string[] | undefined }> = z.strictObject({
  command: z.array(z.string()).optional(),
});

const fields = {
  httpGet: httpGetSchema.optional(),
  tcpSocket: tcpSocketSchema.optional(),
  exec: execSchema.optional(),
  grpc: z.strictObject({ port: z.int().min(1).max(65_535), service: ignored }).optional(),
  initialDelaySeconds: seconds(0).optional(),
  periodSeconds: seconds(1).optional(),
  timeoutSeconds: seconds(1).optional(),
  successThreshold: seconds(1).optional(),
  failureThreshold: seconds(1).optional(),
  terminationGracePeriodSeconds: seconds(1).optional(),
};

function checkHandlers(probe: RawProbe, context: z.core.$RefinementCtx<RawProbe>): void {
  const given = ['httpGet', 'tcpSocket', 'exec', 'grpc'].filter(
    (key) => probe[key as keyof RawProbe] !== undefined,
  );
  if (given.length === 1) return;
  const params: IssueParameters = { code: 'E304', expected: 'exactly one of httpGet, tcpSocket, exec, grpc' };
  const message =
    given.length === 0 ? 'The probe says nothing to check.' : `The probe has ${given.join(' and ')}.`;
  context.addIssue({ code: 'custom', message, params: { ...params } });
}

export const readinessSchema: z.ZodType<RawProbe> = z.strictObject(fields).superRefine(checkHandlers);

/** Liveness and startup probes, whose successThreshold must be 1. */
export const livenessSchema: z.ZodType<RawProbe> = z.strictObject(fields).superRefine((probe, context) => {
  checkHandlers(probe, context);
  if (probe.successThreshold === undefined || probe.successThreshold === 1) return;
  const params: IssueParameters = { code: 'E303', expected: '1' };
  context.addIssue({
    code: 'custom',
    message: 'Only a readiness probe may need several successes.',
    path: ['successThreshold'],
    params: { ...params },
  });
});

export function toProbe(raw: RawProbe | undefined): Probe | null {
  if (raw === undefined) return null;
  return {
    ...handlerOf(raw),
    initialDelaySeconds: raw.initialDelaySeconds ?? 0,
    periodSeconds: raw.periodSeconds ?? 10,
    timeoutSeconds: raw.timeoutSeconds ?? 1,
    successThreshold: raw.successThreshold ?? 1,
    failureThreshold: raw.failureThreshold ?? 3,
    terminationGracePeriodSeconds: raw.terminationGracePeriodSeconds ?? null,
  };
}

function handlerOf(raw: RawProbe): Pick<Probe, 'handler' | 'target'> {
  if (raw.httpGet !== undefined) return { handler: 'http', target: raw.httpGet.path ?? '/' };
  if (raw.tcpSocket !== undefined) return { handler: 'tcp', target: String(raw.tcpSocket.port) };
  if (raw.grpc !== undefined) return { handler: 'grpc', target: String(raw.grpc.port) };
  return { handler: 'exec', target: (raw.exec?.command ?? []).join(' ') };
}
