/**
 * The worked table of R-SUR-1, rolling updates of pods that all need the same time to start and to stop: replicas,
 * surge, unavailable, seconds to start and to stop; then seconds until done and until the last old pod is gone
 * (null: the table does not say), the fewest available and the most existing pods.
 */
export const ROLLOUT_DURATIONS: readonly (readonly [
  replicas: number,
  surge: string | number,
  unavailable: string | number,
  startS: number,
  stopS: number,
  doneS: number,
  lastGoneS: number | null,
  minAvailable: number,
  peakPods: number,
])[] = [
  [20, 5, '25%', 15, 2, 30.5, 32, 15, 35],
  [20, 5, '25%', 15, 50, 30.5, 80, 15, 40],
  [20, 5, '25%', 30, 50, 60.4, 110, 15, 40],
  [20, 5, 0, 15, 2, 60.7, 63, 20, 30],
  [20, 5, 0, 15, 50, 60.7, 111, 20, 40],
  [20, 5, 0, 30, 50, 120.7, 171, 20, 35],
  [20, 0, '25%', 15, 50, 60.6, 96, 15, 40],
  [20, '100%', 0, 15, 50, 15.3, 65, 20, 40],
  [10, '25%', '25%', 15, 50, 30.5, 80, 8, 20],
  [3, '25%', '25%', 10, 30, 30.7, null, 3, 6],
  [20, 0, 1, 10, 30, 204, null, 19, 23],
];
