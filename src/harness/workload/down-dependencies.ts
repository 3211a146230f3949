/** Whether something that the workload depends on is down, as the harness has written it on this node (R-APP-6). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEPENDENCIES_FILE } from './settings.ts';

/** Read anew for each question: probes are rare, and an outage shows at once. No file: everything is up. */
export function anyDependencyDown(names: readonly string[], folder: string): boolean {
  if (names.length === 0) return false;
  let text: string;
  try {
    text = readFileSync(join(folder, DEPENDENCIES_FILE), 'utf8');
  } catch {
    return false;
  }
  const down = JSON.parse(text) as readonly string[];
  return names.some((name) => down.includes(name));
}
