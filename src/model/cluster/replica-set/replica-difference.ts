/** How many pods one sync creates or deletes. */

/** R-RS-1, R-RS-2: the most that one sync creates or deletes. */
export const BURST_REPLICAS = 500;

export function replicaDifference(
  activeCount: number,
  replicas: number,
  burst: number = BURST_REPLICAS,
): { readonly create: number; readonly remove: number } {
  return {
    create: Math.min(burst, Math.max(0, replicas - activeCount)),
    remove: Math.min(burst, Math.max(0, activeCount - replicas)),
  };
}
