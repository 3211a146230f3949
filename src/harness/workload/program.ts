/** How the workload's program is called inside of its image. */
export const NODE_IN_IMAGE = '/usr/local/bin/node';
export const FOLDER_IN_IMAGE = '/workload';

/** The words that start it; what follows are its own. */
export const WORKLOAD_PROGRAM: readonly string[] = [NODE_IN_IMAGE, `${FOLDER_IN_IMAGE}/main.js`];
