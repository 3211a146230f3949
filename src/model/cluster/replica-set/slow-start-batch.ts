/** Creates in growing batches, so that a quota that refuses the first pod is not asked a hundred times (R-RS-1). */

export interface BatchResult {
  readonly calls: number;
  readonly successes: number;
  /** The first refusal of the batch that stopped it; null: all succeeded. */
  readonly error: string | null;
}

/** One call; it reports null for success or why it failed, exactly once, now or later. */
export type BatchCall = (report: (error: string | null) => void) => void;

/**
 * Makes `count` calls in batches of `initialBatch`, twice that, and so on; each batch at once, the next one when
 * all of it has reported. Stops after the first batch with a failure. Then `done` is called, once.
 */
export function slowStartBatch(
  count: number,
  initialBatch: number,
  call: BatchCall,
  done: (result: BatchResult) => void,
): void {
  let calls = 0;
  let successes = 0;
  const next = (batch: number): void => {
    const size = Math.min(batch, count - calls);
    if (size <= 0) {
      done({ calls, successes, error: null });
      return;
    }
    calls += size;
    let outstanding = size;
    let firstError: string | null = null;
    const report = (error: string | null): void => {
      if (error === null) successes += 1;
      else firstError ??= error;
      outstanding -= 1;
      if (outstanding > 0) return;
      if (firstError === null) next(2 * size);
      else done({ calls, successes, error: firstError });
    };
    for (let i = 0; i < size; i++) call(report);
  };
  next(initialBatch);
}
