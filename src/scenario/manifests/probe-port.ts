/**
 * Probes that name a port: the container must declare it.
 */
import type { DiagnosticList } from '../diagnostic-list.ts';
import { didYouMean } from '../did-you-mean.ts';
import { locateValue } from '../source-map.ts';
import type { SourceDocument } from '../yaml-document.ts';
import type { RawContainer } from './pod-schema.ts';

/** @param path of the container inside the document */
export function reportProbePorts(
  raw: RawContainer,
  path: string,
  document: SourceDocument,
  diagnostics: DiagnosticList,
): void {
  const names = (raw.ports ?? []).flatMap((port) => (port.name === undefined ? [] : [port.name]));
  for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe'] as const) {
    for (const handler of ['httpGet', 'tcpSocket'] as const) {
      const port = raw[probe]?.[handler]?.port;
      if (typeof port !== 'string' || names.includes(port)) continue;
      const at = `${path}.${probe}.${handler}.port`;
      const near = didYouMean(port, names);
      diagnostics.add('E406', locateValue(document.source, at), {
        message: `Container ${raw.name} declares no port ${port}.`,
        path: at,
        value: port,
        expected: names.length === 0 ? 'a port number' : `one of ${names.join(', ')}`,
        hint: near === null ? undefined : `Did you mean ${near}?`,
      });
    }
  }
}
