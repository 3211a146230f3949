/** In the place of the harness's own waits. */
import type { Waits } from '../../../../src/harness/experiment/replay-options.ts';
import { standIn } from './stand-in.ts';

export const WAITS: Waits = standIn().waits;
