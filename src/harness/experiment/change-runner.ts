/**
 * The engineer of the scenario: makes its changes one at a time, each at its time or once the one before has reached
 * what it waits for, through kubectl's own operations.
 */
import type { TimeMs } from '../../kernel/time.ts';
import type { TimelineEventKind } from '../../record.ts';
import type { Change } from '../../scenario/scenario.ts';
import type { NoteDetails } from '../chaos/chaos-world.ts';
import { EnvironmentError } from '../environment-error.ts';
import { ApiError, isPassing } from '../kubernetes/api-error.ts';
import type { AppliedObject, KubernetesClient } from '../kubernetes/client.ts';
import type { ClusterState } from '../kubernetes/cluster-state.ts';
import { pause, Refusal, restart, resume, scale, undo } from '../kubernetes/kubectl.ts';
import { hasCondition } from '../kubernetes/live-objects.ts';
import { rolloutStatus } from '../kubernetes/rollout-status.ts';

export interface ChangeRunnerParts {
  readonly client: KubernetesClient;
  readonly state: ClusterState;
  readonly changes: readonly Change[];
  /** What each change applies. */
  readonly objects: readonly (readonly AppliedObject[])[];
  readonly nowMs: () => TimeMs;
  readonly wait: (durationMs: number) => Promise<void>;
  readonly note: (kind: TimelineEventKind, object: string, details?: NoteDetails) => void;
  readonly signal: AbortSignal;
}

export class ChangeRunner {
  readonly #parts: ChangeRunnerParts;
  /** Changes that will be made whatever happens until then, or are being made. */
  #timed = 0;
  #busy: Promise<void> = Promise.resolve();
  readonly #unpredicted: string[] = [];

  constructor(parts: ChangeRunnerParts) {
    this.#parts = parts;
  }

  get moreToCome(): boolean {
    return this.#timed > 0;
  }

  /** Refusals that no simulation knows of, a sentence each: what follows them is not what is predicted. */
  get unpredictedRefusals(): readonly string[] {
    return this.#unpredicted;
  }

  /**
   * Makes every change. Ends when none is left; never, when one waits for what will not come. Rejects with the signal, and
   * with an EnvironmentError when the API server fails at one.
   */
  async run(): Promise<void> {
    let before: Promise<void> = Promise.resolve();
    const reached = this.#parts.changes.map(async (change, index) => {
      const previous = before;
      const own = this.#carryOut(change, index, previous);
      before = own;
      return own;
    });
    await Promise.all(reached);
  }

  /** @returns once what it waits for is reached */
  async #carryOut(change: Change, index: number, previous: Promise<void>): Promise<void> {
    const { start } = change;
    const { wait, nowMs, note } = this.#parts;
    // A fixed time starts whether or not the change before it has reached what it waits for.
    if (start.kind === 'after') await previous;
    this.#timed += 1;
    let refusal: string | null;
    let generation = 0;
    try {
      await wait(start.kind === 'at' ? start.timeMs - nowMs() : start.delayMs);
      refusal = await this.#inTurn(change, index, async () => {
        generation = await this.#make(change, index);
      });
    } finally {
      this.#timed -= 1;
    }
    note('change-applied', `change/${index + 1}`, { detail: refusal ?? describe(change) });
    // What was refused will not be reached: whatever comes after it is never made.
    if (refusal !== null) return new Promise(() => undefined);
    await this.#reached(change, generation);
    note('change-reached', `change/${index + 1}`);
  }

  /**
   * One engineer, one command at a time.
   * @returns the refusal's words, or null
   * @throws EnvironmentError for a failure of the cluster, which says nothing of the change
   */
  async #inTurn(change: Change, index: number, make: () => Promise<void>): Promise<string | null> {
    const own = this.#busy.then(make);
    this.#busy = own.catch(() => undefined);
    try {
      await own;
      return null;
    } catch (error) {
      if (error instanceof Refusal) return error.message;
      if (!(error instanceof ApiError)) throw error;
      const what = `change ${index + 1} (${describe(change)})`;
      if (isPassing(error))
        throw new EnvironmentError(
          `The API server failed at ${what} with HTTP status ${error.status}: ${error.message}`,
        );
      if (!isPredicted(change, error))
        this.#unpredicted.push(
          `The API server refused ${what}, which no prediction knows of: ${error.message}`,
        );
      return error.message;
    }
  }

  /** @returns the Deployment's generation that it made; 0 without one */
  async #make({ action }: Change, index: number): Promise<number> {
    const { client, objects, signal } = this.#parts;
    let generation = 0;
    switch (action.kind) {
      case 'apply':
        // `kubectl apply -f`: one object after another, as the files are given.
        for (const object of objects[index] ?? []) {
          const applied = await client.apply(object, signal);
          if (object.kind === 'Deployment') generation = applied.metadata.generation ?? 0;
        }
        return generation;
      case 'undo':
        await undo(client, action.deployment, action.toRevision);
        break;
      case 'pause':
        await pause(client, action.deployment);
        break;
      case 'resume':
        await resume(client, action.deployment);
        break;
      case 'restart':
        await restart(client, action.deployment, new Date());
        break;
      case 'scale':
        await scale(client, action.deployment, action.replicas);
        break;
    }
    return (await client.read('Deployment', action.deployment))?.metadata.generation ?? 0;
  }

  async #reached(change: Change, generation: number): Promise<void> {
    const { state, signal } = this.#parts;
    const deployment = deploymentOf(change);
    switch (change.waitFor) {
      case 'applied':
        return;
      case 'rollout/complete':
        await state.until(() => {
          const live = state.get('Deployment', deployment ?? '');
          // `kubectl rollout status` asks the server: what a watch still holds from before says nothing.
          const isAbout = live !== null && (live.metadata.generation ?? 0) >= generation;
          return isAbout && rolloutStatus(live) === 'complete';
        }, signal);
        return;
      case 'job/complete':
        await state.until(() => {
          return appliedJobs(change).every((name) =>
            hasCondition(state.get('Job', name)?.status.conditions, 'Complete'),
          );
        }, signal);
    }
  }
}

/** The model refuses no manifest but that of a Job with another template, and kubectl's own refusals (R-DEP-15, R-DEP-19). */
function isPredicted(change: Change, { status, message }: ApiError): boolean {
  return status === 422 && appliedJobs(change).length > 0 && message.includes('field is immutable');
}

function appliedJobs({ action }: Change): string[] {
  if (action.kind !== 'apply') return [];
  return action.objects.filter(({ kind }) => kind === 'Job').map(({ name }) => name);
}

function deploymentOf({ action }: Change): string | null {
  if (action.kind !== 'apply') return action.deployment;
  return action.objects.find((object) => object.kind === 'Deployment')?.name ?? null;
}

function describe({ action }: Change): string {
  if (action.kind !== 'apply') return `${action.kind} deployment/${action.deployment}`;
  return `apply ${action.objects.map(({ kind, name }) => `${kind.toLowerCase()}/${name}`).join(', ')}`;
}
