/**
 * One cluster for every file of these tests, from nothing to nothing: a cluster that does not come up is tried once
 * more, and that nothing is left in the end is checked here, after the last file. ROLLOUT_SIM_NODE_IMAGE=1 takes the
 * node image of `npm run cluster:image`.
 */
import { match, strictEqual } from 'node:assert/strict';
import { sim, type Ended } from '../integration/cli-process.ts';

const NODE_IMAGE = process.env['ROLLOUT_SIM_NODE_IMAGE'] === '1' ? ['--node-image'] : [];

export default async function setup(): Promise<() => Promise<void>> {
  const { exitCode, stderr } = await upWithOneRetry();
  if (exitCode !== 0) {
    await sim(['cluster', 'down']);
    throw new Error(`sim cluster up ended with ${exitCode}: ${stderr}`);
  }
  return downAndGone;
}

async function upWithOneRetry(): Promise<Ended> {
  const first = await sim(['cluster', 'up', ...NODE_IMAGE]);
  if (first.exitCode === 0) return first;
  console.error(`the cluster did not come up, trying once more: ${first.stderr}`);
  await sim(['cluster', 'down']);
  return sim(['cluster', 'up', ...NODE_IMAGE]);
}

/** vitest counts what is thrown here as a failure of the run. */
async function downAndGone(): Promise<void> {
  const down = await sim(['cluster', 'down']);
  strictEqual(down.exitCode, 0, `sim cluster down: ${down.stderr}`);
  strictEqual((await sim(['cluster', 'status'])).exitCode, 3, 'a cluster that was taken down is still there');
  const replay = await sim(['replay', 'pod-kill']);
  strictEqual(replay.exitCode, 3, `sim replay without a cluster: ${replay.stderr}`);
  match(replay.stderr, /^No cluster rollout-sim is up: sim cluster up makes it/mu);
}
