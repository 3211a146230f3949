/** HTTP to one API server: calls with an answer, and streams of lines. Nothing here knows what an object is. */
import { createInterface } from 'node:readline';
import { Agent, request } from 'undici';
import { ApiError, ApiUnreachable } from './api-error.ts';
import type { LockedConnection } from './locked-connection.ts';

export interface ApiCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly signal?: AbortSignal | undefined;
  /** Told once it is answered, before its first line. */
  readonly answered?: (() => void) | undefined;
}

export interface Transport {
  /** The answer's JSON. @throws ApiError when it is refused, ApiUnreachable when nothing answers */
  call(call: ApiCall): Promise<unknown>;
  /** The answer's lines as they come; ends when the server ends it. @throws as `call` */
  lines(call: ApiCall): AsyncIterable<string>;
  close(): Promise<void>;
}

const ANSWER_WITHIN_MS = 15_000;
/** A watch is silent for so long at most: bookmarks come about every minute. */
const SILENT_MS_MAX = 150_000;

export function openTransport({ cluster, origin, tls }: LockedConnection): Transport {
  const agent = new Agent({
    connect: { ...tls, timeout: 5000 },
    headersTimeout: ANSWER_WITHIN_MS,
    bodyTimeout: SILENT_MS_MAX,
    // An HTTP/2 stream that breaks off as the agent is destroyed ends the process: nobody can listen for its error.
    allowH2: false,
    // Each watch, and the log of each pod, holds one.
    connections: 512,
  });
  const send = async (call: ApiCall): Promise<Awaited<ReturnType<typeof request>>> => {
    const { method, path, query, body, contentType = 'application/json', signal } = call;
    try {
      const answer = await request(`${origin}${path}`, {
        dispatcher: agent,
        method,
        query: { ...query },
        headers: {
          accept: 'application/json',
          'user-agent': 'rollout-sim',
          ...(body === undefined ? {} : { 'content-type': contentType }),
        },
        body: body === undefined ? null : JSON.stringify(body),
        signal: signal ?? null,
      });
      if (answer.statusCode < 400) return answer;
      throw refusal(answer.statusCode, await answer.body.text());
    } catch (error) {
      throw unreachable(error, cluster, signal);
    }
  };
  return {
    async call(call) {
      const answer = await send(call);
      try {
        const text = await answer.body.text();
        return text === '' ? null : (JSON.parse(text) as unknown);
      } catch (error) {
        throw unreachable(error, cluster, call.signal);
      }
    },
    async *lines(call) {
      const { body } = await send(call);
      call.answered?.();
      // Without a listener of its own a broken stream would end the process.
      let broken: unknown = null;
      body.on('error', (error) => {
        broken = error;
      });
      try {
        for await (const line of createInterface({ input: body, crlfDelay: Infinity })) yield line;
      } catch (error) {
        broken ??= error;
      } finally {
        body.destroy();
      }
      if (broken !== null) throw unreachable(broken, cluster, call.signal);
    },
    async close() {
      await agent.destroy();
    },
  };
}

interface StatusAnswer {
  readonly message?: string;
  readonly details?: { readonly causes?: readonly { readonly message?: string }[] };
}

function refusal(status: number, text: string): ApiError {
  try {
    const { message = text, details } = JSON.parse(text) as StatusAnswer;
    return new ApiError(
      status,
      message,
      (details?.causes ?? []).flatMap((cause) => cause.message ?? []),
    );
  } catch {
    return new ApiError(status, text.trim() === '' ? `HTTP ${status}` : text.trim());
  }
}

/** Refusals and an abort of our own pass unchanged; everything else means that nobody is there. */
function unreachable(error: unknown, cluster: string, signal: AbortSignal | undefined): unknown {
  if (error instanceof ApiError || error instanceof ApiUnreachable) return error;
  if (signal?.aborted === true) return signal.reason;
  const { code, message } = error as { code?: string; message?: string };
  return new ApiUnreachable(cluster, code ?? message ?? 'no answer');
}
