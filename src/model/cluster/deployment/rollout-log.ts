/** Writes the lives of all rollouts into the timeline: a live statechart per Deployment on the simulation's clock. */
import { createActor } from 'xstate';
import { rolloutMachine, type RolloutActor, type RolloutEvent } from '../../rollout/rollout.machine.ts';
import type { ClusterContext } from '../cluster-context.ts';

export class RolloutLog {
  readonly #context: Pick<ClusterContext, 'simulation' | 'timeline'>;
  readonly #actors = new Map<string, RolloutActor>();

  constructor(context: Pick<ClusterContext, 'simulation' | 'timeline'>) {
    this.#context = context;
  }

  send(deployment: string, event: RolloutEvent): void {
    this.#actor(deployment).send(event);
  }

  #actor(deployment: string): RolloutActor {
    const known = this.#actors.get(deployment);
    if (known !== undefined) return known;
    const { simulation, timeline } = this.#context;
    const actor = createActor(rolloutMachine, {
      input: {
        note: (kind, detail) => {
          timeline.note(kind, `deployment/${deployment}`, detail === undefined ? {} : { detail });
        },
      },
      clock: simulation.clock,
    });
    actor.start();
    this.#actors.set(deployment, actor);
    return actor;
  }
}
