/** Writes the lives of all rollouts into the timeline: a statechart per Deployment. */
import {
  createRolloutStatechart,
  type RolloutEvent,
  type RolloutStatechart,
} from '../../rollout/rollout.machine.ts';
import type { ClusterContext } from '../cluster-context.ts';

export class RolloutLog {
  readonly #context: Pick<ClusterContext, 'simulation' | 'timeline'>;
  readonly #rollouts = new Map<string, RolloutStatechart>();

  constructor(context: Pick<ClusterContext, 'simulation' | 'timeline'>) {
    this.#context = context;
  }

  send(deployment: string, event: RolloutEvent): void {
    this.#rollout(deployment).send(event);
  }

  #rollout(deployment: string): RolloutStatechart {
    const known = this.#rollouts.get(deployment);
    if (known !== undefined) return known;
    const { simulation, timeline } = this.#context;
    const rollout = createRolloutStatechart(simulation, {
      note: (kind, detail) => {
        timeline.note(kind, `deployment/${deployment}`, detail === undefined ? {} : { detail });
      },
    });
    this.#rollouts.set(deployment, rollout);
    return rollout;
  }
}
