/** Where one client's connections go, and the bytes that it sends there. */
import type { Entrance } from '../load.ts';
import type { Clients } from '../../scenario/scenario.ts';
import { REQUEST_PATH } from '../workload/request-path.ts';

export interface Target {
  readonly host: string;
  readonly port: number;
  /** The local address to bind; null: the system's choice. */
  readonly source: string | null;
  readonly request: Buffer;
  /** The last one on its connection, which asks the server to close it. */
  readonly lastRequest: Buffer;
}

const BODY = '{}';

/** Client i enters through entrance i modulo their number, from its source addresses in turn (R-KP-11 sees each as a caller). */
export function targetOf(client: number, entrances: readonly Entrance[], { method }: Clients): Target {
  const entrance = entrances[client % entrances.length];
  if (entrance === undefined) throw new Error('load needs an entrance');
  const { host, port, sources } = entrance;
  const turn = Math.floor(client / entrances.length);
  const hasBody = method === 'POST' || method === 'PUT';
  const start = `${method} ${REQUEST_PATH} HTTP/1.1\r\nHost: ${host}:${port}\r\n`;
  const end = hasBody
    ? `Content-Type: application/json\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`
    : '\r\n';
  return {
    host,
    port,
    source: sources.length === 0 ? null : (sources[turn % sources.length] ?? null),
    request: Buffer.from(start + end, 'latin1'),
    lastRequest: Buffer.from(`${start}Connection: close\r\n${end}`, 'latin1'),
  };
}
