/**
 * A controller's sync as a list of steps: a generator that yields one API call after another and goes on with
 * each answer, so that what takes many round trips still reads from top to bottom.
 */
import type { ApiClient, WriteResult } from '../api-server.ts';
import type { Kind, ObjectsByKind } from '../objects.ts';

/** Starts one call and hands its answer to `done`. */
type ApiCall = (client: ApiClient, done: (answer: unknown) => void) => void;

/** Steps that end with a value of type T, or with a thrown SyncError. */
export type ApiSteps<T> = Generator<ApiCall, T, unknown>;

/**
 * A write that the API server refused: the sync ends and the key is tried again later (R-GEN-3). No Error, as it is
 * part of every rollout and nobody asks where it came from: collecting the stack would cost more than the sync.
 */
export class SyncError {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

/** One call and its answer, whatever it is. */
export function* attempt<K extends Kind>(
  start: (client: ApiClient, done: (answer: WriteResult<K>) => void) => void,
): ApiSteps<WriteResult<K>> {
  return (yield start) as WriteResult<K>;
}

/** One call that must succeed. @throws SyncError when it does not */
export function* demand<K extends Kind>(
  start: (client: ApiClient, done: (answer: WriteResult<K>) => void) => void,
): ApiSteps<ObjectsByKind[K]> {
  const answer = (yield start) as WriteResult<K>;
  if (!answer.ok) throw new SyncError(`${answer.reason}: ${answer.message}`);
  return answer.object;
}

/** Carries out the steps; `done` gets the SyncError that ended them, or null. Other errors are bugs and are thrown. */
export function runSteps(
  client: ApiClient,
  steps: ApiSteps<void>,
  done: (failure: SyncError | null) => void,
): void {
  const advance = (answer: unknown): void => {
    let next: IteratorResult<ApiCall, void>;
    try {
      next = steps.next(answer);
    } catch (error) {
      if (!(error instanceof SyncError)) throw error;
      done(error);
      return;
    }
    if (next.done === true) done(null);
    else next.value(client, advance);
  };
  advance(undefined);
}
