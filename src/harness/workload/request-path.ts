/** What load generators ask for: a path that no probe of a manifest has. */
export const REQUEST_PATH = '/rollout-sim/request';

/** Headers of every answer: the pod that gave it and the pod's node. */
export const POD_HEADER = 'x-pod';
export const NODE_HEADER = 'x-node';
