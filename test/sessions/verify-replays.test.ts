/** `sim verify --replays` in a process of its own, on a stand-in cluster: what it makes of replays that fail or are interrupted. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { templateFiles } from '../../src/cli/init-template.ts';
import type { Verification } from '../../src/verification.ts';
import { interruptedSim, type Ended } from '../integration/cli-process.ts';
import { StandInApi } from '../integration/stand-in/api-server.ts';
import { openEntrance, type Entrance } from '../integration/stand-in/spawned/entrance.ts';
import { environmentOf, type StandIn } from '../integration/stand-in/spawned/stand-in.ts';
import { STAND_IN_WAITS } from '../integration/stand-in/waits.ts';

const PRELOAD = new URL('../integration/stand-in/spawned/preload.ts', import.meta.url);
const NEVER = /^$.^/u;
const SETTINGS: readonly string[] = [
  'deployment/web.spec.replicas=2',
  'spec.traffic.rate=200',
  'spec.changes[0].at=100ms',
].flatMap((setting) => ['--set', setting]);

let folder = '';
let entrance: Entrance;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rollout-sim-'));
  for (const name of ['first', 'second']) {
    for (const { path, text } of templateFiles('web')) {
      const file = join(folder, name, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, path === 'scenario.yaml' ? text.replace('name: web', `name: ${name}`) : text);
    }
  }
  entrance = await openEntrance();
});

afterAll(() => {
  entrance.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Verified extends Ended {
  /** What the folder of the replays holds. */
  readonly files: readonly string[];
  readonly verification: Verification | null;
  /** What is left on the cluster. */
  readonly left: readonly unknown[];
}

async function verified(
  words: readonly string[],
  standIn: Partial<StandIn> = {},
  interruptedAt = NEVER,
  settings = SETTINGS,
): Promise<Verified> {
  const api = new StandInApi({ bootMs: 60, endMs: 80 });
  const out = mkdtempSync(join(folder, 'out-'));
  try {
    const cluster = entrance.into(await api.start());
    const waits = { ...STAND_IN_WAITS, loadStartMs: 1000 };
    const common = [...settings, '--baseline', '1s', '--runs', '79', '--workers', '1', '--out', out];
    const ended = await interruptedSim(['verify', ...words, ...common], interruptedAt, {
      cwd: folder,
      preload: PRELOAD,
      env: environmentOf({ cluster, waits, ...standIn }),
    });
    const file = join(out, 'verification.json');
    return {
      ...ended,
      files: readdirSync(out).filter((name) => !name.endsWith('.gz')),
      verification: existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Verification) : null,
      left: [...api.store.all('namespaces'), ...api.store.all('pods')],
    };
  } finally {
    await api.stop();
  }
}

/** How often each scenario was replayed, whether those count or not: a busy machine makes no valid ones. */
function replaysOf({ verification }: Verified): Readonly<Record<string, number>> | null {
  if (verification === null) return null;
  return Object.fromEntries(
    verification.scenarios.map(({ scenario, replays }) => [scenario.name, replays.length]),
  );
}

describe.concurrent('verify --replays', { timeout: 300_000 }, () => {
  test('replays a scenario so often, and judges it', async () => {
    const ended = await verified(['first', '--replays', '2']);
    expect(replaysOf(ended)).toEqual({ first: 2 });
    expect(ended.exitCode).toBe(ended.verification?.verdict === 'consistent' ? 0 : 1);
    expect(ended.files.toSorted()).toEqual([
      'first-1.json',
      'first-2.json',
      'summary.md',
      'verification.json',
    ]);
    expect(ended.left).toEqual([]);
  });

  test('goes on with the next scenario when a replay fails, judges what there is, and ends with 3', async () => {
    const ended = await verified(['first', 'second', '--replays', '2'], { failingReplay: 2 });
    expect(replaysOf(ended)).toEqual({ first: 1, second: 2 });
    expect(ended.stdout).toMatch(/^first: /mu);
    expect(ended.files).toContain('summary.md');
    expect(ended.stderr).toMatch(/^Replay 2 of first failed: The image cannot be built\.$/mu);
    expect(ended.stderr).toMatch(/^Not all was replayed: replay 2 of first failed\.$/mu);
    expect(ended.exitCode).toBe(3);
    expect(ended.left).toEqual([]);
  });

  test('replays nothing more once the cluster is gone, and judges what it has', async () => {
    const ended = await verified(['first', 'second', '--replays', '2'], { goneFromReplay: 2 });
    expect(replaysOf(ended)).toEqual({ first: 1 });
    expect(ended.stderr.match(/No cluster is up\./gu)).toHaveLength(1);
    expect(ended.stderr).toMatch(/^Not all was replayed: .* There is no record of second\.$/mu);
    expect(ended.exitCode).toBe(3);
  });

  test('refuses a rate for callers who have none before the first replay', async () => {
    const closed = [
      '--set',
      'spec.traffic={ service: web, arrivals: closed, closed: { users: 5, thinkTime: 1s } }',
    ];
    const ended = await verified(['first', '--replays', '2', '--rate', '100', ...closed], {}, NEVER, []);
    expect(ended.stderr).toMatch(/^The callers of first wait for their answers \(arrivals: closed\)/mu);
    expect(ended.exitCode).toBe(2);
    expect(ended.files).toEqual([]);
  });

  test('judges nothing without a record', async () => {
    const ended = await verified(['first', '--replays', '2'], { goneFromReplay: 1 });
    expect(ended.files).toEqual([]);
    expect(ended.stdout).toBe('');
    expect(ended.exitCode).toBe(3);
  });

  test('Ctrl-C in the second replay ends it all, and leaves the records', async () => {
    const ended = await verified(['first', '--replays', '9'], {}, /^baseline[\s\S]*^baseline/mu);
    expect(ended.stderr.trimEnd()).toMatch(/\nInterrupted; nothing of the replay is left running\.$/u);
    expect(ended.stderr).not.toContain(' failed: ');
    expect(ended.files).toContain('first-1.json');
    expect(ended.files).not.toContain('first-9.json');
    expect(ended.verification).toBeNull();
    expect(ended.stdout).toBe('');
    expect(ended.exitCode).toBe(130);
    expect(ended.left).toEqual([]);
  });
});
