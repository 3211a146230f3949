/** Switches what the workload depends on: by the file on each node that names what is down, which every pod there reads. */
import type { DependencySwitch, NodeControl } from '../chaos/chaos-world.ts';
import { DEPENDENCIES_FILE, DEPENDENCIES_FOLDER } from '../workload/settings.ts';

export function dependencySwitch(nodes: NodeControl, names: readonly string[]): DependencySwitch {
  const down = new Set<string>();
  return {
    async set(dependency, up) {
      if (up) down.delete(dependency);
      else down.add(dependency);
      await write(nodes, names, [...down]);
    },
  };
}

/** What a replay that was killed left down would be down for the next. */
export async function bringDependenciesUp(nodes: NodeControl, names: readonly string[]): Promise<void> {
  await write(nodes, names, []);
}

async function write(nodes: NodeControl, names: readonly string[], down: readonly string[]): Promise<void> {
  const command = writeCommand(JSON.stringify(down));
  await Promise.all(names.map(async (node) => nodes.exec(node, command)));
}

/** Written beside and moved into place: a pod reads it as a whole or as it was. */
function writeCommand(text: string): readonly string[] {
  const path = `${DEPENDENCIES_FOLDER}/${DEPENDENCIES_FILE}`;
  const script = `mkdir -p ${DEPENDENCIES_FOLDER} && printf %s "$1" > ${path}.new && mv ${path}.new ${path}`;
  return ['sh', '-c', script, 'sh', text];
}
