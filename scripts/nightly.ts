/**
 * `npm run nightly`: a cluster, every fault scenario replayed and held against its prediction, and the cluster taken
 * down again. Records, verdict and summary are left in a folder; the exit code is that of `sim verify`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const MAIN = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));

const SCENARIOS = [
  'node-drain',
  'node-drain-no-budget',
  'drain-during-rollout',
  'pod-kill',
  'pod-kill-forced',
  'container-kill',
  'node-loss',
  'node-reboot',
];

const { values } = parseArgs({
  options: {
    /** Requests/s of every scenario; auto: the largest that the machine bears; own: each scenario's own. */
    rate: { type: 'string', default: 'auto' },
    baseline: { type: 'string', default: '60s' },
    replays: { type: 'string', default: '3' },
    out: { type: 'string', default: 'nightly' },
    /** The node image of npm run cluster:image, where there is no image registry. */
    'node-image': { type: 'boolean', default: false },
    scenario: { type: 'string', multiple: true, default: SCENARIOS },
  },
});

/** @returns the exit code; a signal that ends this program ends the command too, since both are of one group */
async function sim(words: readonly string[]): Promise<number> {
  console.error(`sim ${words.join(' ')}`);
  const child = spawn(process.execPath, [MAIN, ...words], { stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = (await once(child, 'close')) as [number | null];
  return code ?? 1;
}

async function verifyAll(): Promise<number> {
  const { rate, baseline, replays, out, scenario } = values;
  const asked = ['--replays', replays, '--baseline', baseline, '--out', out];
  if (rate !== 'own') asked.push('--rate', rate);
  return sim(['verify', ...scenario, ...asked]);
}

process.on('SIGINT', () => {
  // The commands hear it themselves, and clean up; so does the last one below.
});
const up = await sim(['cluster', 'up', ...(values['node-image'] ? ['--node-image'] : [])]);
try {
  process.exitCode = up === 0 ? await verifyAll() : up;
} finally {
  await sim(['cluster', 'down']);
}
