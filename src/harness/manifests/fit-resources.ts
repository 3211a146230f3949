/**
 * Scales what containers ask of a node and what a quota grants by the same factors, so that the scheduler and the quota
 * let as many pods in as they would in the scenario. Limits stay: they are what the process feels.
 */
import type { Container } from '../../scenario/scenario.ts';
import type { PathSegment } from '../../scenario/source-map.ts';
import { parseQuantity } from '../../scenario/quantity.ts';
import type { ObjectEditor } from './object-editor.ts';
import type { ResourceScale } from './target-cluster.ts';

const WHY = 'scaled to this machine, so that as many pods fit a node';
/** Node.js itself takes some 50 MiB, whatever the scenario's own program takes. */
const MEMORY_BYTES_MIN = 128 * 1024 * 1024;

export function fitResources(
  editor: ObjectEditor,
  path: readonly PathSegment[],
  { requests, limits }: Container,
  scale: ResourceScale,
): void {
  const at = [...path, 'resources'];
  if (requests.cpuMilli > 0 && scale.cpu < 1)
    editor.set([...at, 'requests', 'cpu'], cpuText(requests.cpuMilli * scale.cpu), WHY);
  if (requests.memoryBytes > 0 && scale.memory < 1)
    editor.set([...at, 'requests', 'memory'], memoryText(requests.memoryBytes * scale.memory), WHY);
  if (limits.memoryBytes !== null && limits.memoryBytes < MEMORY_BYTES_MIN)
    editor.set([...at, 'limits', 'memory'], memoryText(MEMORY_BYTES_MIN), 'Node.js itself needs as much');
}

const SCALED_IN_QUOTA = ['cpu', 'requests.cpu', 'memory', 'requests.memory'] as const;

export function fitQuota(editor: ObjectEditor, scale: ResourceScale): void {
  for (const field of SCALED_IN_QUOTA) {
    const value = editor.get(['spec', 'hard', field]);
    if (typeof value !== 'string' && typeof value !== 'number') continue;
    const amount = parseQuantity(String(value));
    if (amount === null) continue;
    const ofCpu = field.endsWith('cpu');
    if ((ofCpu ? scale.cpu : scale.memory) === 1) continue;
    const scaled = ofCpu ? cpuText(amount * 1000 * scale.cpu, Math.ceil) : memoryText(amount * scale.memory);
    editor.set(['spec', 'hard', field], scaled, 'scaled as the requests are');
  }
}

/** Requests are rounded down and what is granted up: nothing that fitted is kept out by a rounding. */
function cpuText(milli: number, round: (value: number) => number = Math.floor): string {
  return `${Math.max(1, round(milli))}m`;
}

function memoryText(bytes: number): string {
  return String(Math.max(1, Math.round(bytes)));
}
