/** The containers that play the cluster's nodes, taken down and up through Docker. */
import type { NodeControl } from '../chaos/chaos-world.ts';
import { restoreNode } from '../cluster/returned-node.ts';
import { lastWords } from '../command.ts';
import {
  execIn,
  killContainer,
  pauseContainer,
  startContainer,
  unpauseContainer,
} from '../docker/containers.ts';
import type { Docker } from '../docker/docker.ts';
import { EnvironmentError } from '../environment-error.ts';

export function dockerNodes(docker: Docker, cluster: string): NodeControl {
  return {
    async exec(node, command) {
      const ended = await execIn(docker, node, command);
      if (ended.exitCode === 0) return ended.stdout;
      throw new EnvironmentError(
        `${command[0] ?? 'a program'} in the node ${node} failed: ${lastWords(ended)}`,
      );
    },
    pause: async (node) => pauseContainer(docker, node),
    unpause: async (node) => unpauseContainer(docker, node),
    kill: async (node) => killContainer(docker, node),
    async start(node) {
      await startContainer(docker, node);
      await restoreNode(docker, cluster, node);
    },
  };
}
