/** A spawned `sim replay` on a stand-in cluster, interrupted at every stage and by every signal: one line, and nothing left. */
import { randomUUID } from 'node:crypto';
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
import { STAGES, type Stage } from '../../src/harness/experiment/experiment.machine.ts';
import type { Waits } from '../../src/harness/experiment/replay-options.ts';
import type { RunRecord } from '../../src/record.ts';
import { recordProblems } from '../record-schema.ts';
import { interruptedSim, type InterruptionOptions } from '../integration/cli-process.ts';
import { StandInApi } from '../integration/stand-in/api-server.ts';
import { openEntrance, type Entrance } from '../integration/stand-in/spawned/entrance.ts';
import { environmentOf } from '../integration/stand-in/spawned/stand-in.ts';
import { STAND_IN_WAITS } from '../integration/stand-in/waits.ts';

const PRELOAD = new URL('../integration/stand-in/spawned/preload.ts', import.meta.url);
const LONG_MS = 30_000;
/** What no Ctrl-C shortens goes on for so long, in which a busy machine sees the stage and presses it. */
const NOTICE_MS = 3000;

/** How a stage shows on standard error, and what makes it last. */
interface Way extends Pick<InterruptionOptions, 'signal' | 'again'> {
  readonly shows: RegExp;
  readonly words?: readonly string[];
  readonly waits?: Partial<Waits>;
  readonly hold?: (api: StandInApi) => void;
}

interface Interruption extends Way {
  /** What is said of it. */
  readonly while: string;
  /** What it leaves. */
  readonly record: 'none' | 'partial' | 'whole';
}

const INTERRUPTIONS: Readonly<Record<Stage, Interruption>> = {
  prepare: {
    shows: /^preparing/mu,
    while: 'preparing',
    hold: ({ store }) => {
      store.remove('serviceaccounts', 'default');
    },
    record: 'none',
  },
  settle: { shows: /^applying/mu, while: 'settling', waits: { quietMs: LONG_MS }, record: 'none' },
  baseline: {
    shows: /^baseline/mu,
    while: 'measuring the baseline',
    // Before its first request: what had been asked would leave a record.
    waits: { loadStartMs: LONG_MS },
    record: 'none',
  },
  change: {
    shows: /^changing/mu,
    while: 'changing',
    words: ['--set', 'spec.changes[0].at=30s'],
    record: 'partial',
  },
  watch: { shows: /^watching/mu, while: 'watching', waits: { shortestMs: LONG_MS }, record: 'partial' },
  recover: {
    shows: /^recovering/mu,
    while: 'recovering',
    waits: { lastLinesMs: NOTICE_MS },
    record: 'whole',
  },
  collect: {
    shows: /^collecting/mu,
    while: 'collecting',
    waits: { lastCountsMs: NOTICE_MS },
    record: 'whole',
  },
  cleanUp: { shows: /^cleaning up/mu, while: 'cleaning up', hold: slowToGo, record: 'whole' },
};

function slowToGo(api: StandInApi): void {
  api.namespaceEndMs = NOTICE_MS;
}

let folder = '';
let scenario = '';
let entrance: Entrance;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rollout-sim-'));
  scenario = join(folder, 'web');
  for (const { path, text } of templateFiles('web')) {
    mkdirSync(dirname(join(scenario, path)), { recursive: true });
    writeFileSync(join(scenario, path), text);
  }
  entrance = await openEntrance();
});

afterAll(() => {
  entrance.close();
  rmSync(folder, { recursive: true, force: true });
});

type Interrupted = Awaited<ReturnType<typeof interruptedSim>> & {
  readonly api: StandInApi;
  readonly outFile: string;
  /** Processes that it left, of whatever parent. */
  readonly left: readonly string[];
};

async function interrupted({ shows, words = [], waits = {}, hold, ...signals }: Way): Promise<Interrupted> {
  const api = new StandInApi({ bootMs: 60, endMs: 80 });
  hold?.(api);
  const mark = randomUUID();
  const outFile = join(folder, `${mark}.json`);
  try {
    const ended = await interruptedSim(
      ['replay', scenario, ...SETTINGS, '--baseline', '1s', ...words, '--out', outFile],
      shows,
      {
        ...signals,
        preload: PRELOAD,
        env: {
          ...environmentOf({
            cluster: entrance.into(await api.start()),
            waits: { ...STAND_IN_WAITS, loadStartMs: 1000, ...waits },
          }),
          MARK: mark,
        },
      },
    );
    return { ...ended, api, outFile, left: processesOf(mark) };
  } finally {
    await api.stop();
  }
}

const SETTINGS: readonly string[] = [
  'deployment/web.spec.replicas=2',
  'spec.traffic.rate=200',
  'spec.changes[0].at=100ms',
].flatMap((setting) => ['--set', setting]);

/** Command lines of the processes that have the mark in their environment. */
function processesOf(mark: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name))
    .flatMap((pid) => {
      try {
        const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
        return environment.includes(mark) ? [readFileSync(`/proc/${pid}/cmdline`, 'utf8')] : [];
      } catch {
        // It has ended, or is somebody else's.
        return [];
      }
    });
}

/** What it wrote besides a line for each stage. */
function wordsOf({ stderr }: Interrupted): readonly string[] {
  const stages = Object.values(INTERRUPTIONS).map(({ shows }) => shows);
  const lines = stderr.trimEnd().split('\n');
  return lines.filter((line) => !stages.some((shows) => shows.test(line)));
}

function leftNothing({ exitCode, lingeredMs, left, api: { store } }: Interrupted, code = 130): void {
  expect(exitCode).toBe(code);
  expect(lingeredMs).toBeLessThan(10_000);
  expect(left).toEqual([]);
  expect(store.all('namespaces')).toEqual([]);
  expect(store.all('pods')).toEqual([]);
  expect(store.all('nodes').filter(({ spec }) => spec['unschedulable'] === true)).toEqual([]);
}

describe.concurrent('Ctrl-C in a spawned replay', () => {
  test.each(STAGES)('while it is at %s', async (stage) => {
    const { while: doing, record: kept } = INTERRUPTIONS[stage];
    const ended = await interrupted(INTERRUPTIONS[stage]);
    expect(wordsOf(ended)).toEqual([`Interrupted while ${doing}; nothing of it is left running.`]);
    leftNothing(ended);
    const { outFile } = ended;
    expect(existsSync(outFile)).toBe(kept !== 'none');
    if (kept === 'none') return;
    const record = JSON.parse(readFileSync(outFile, 'utf8')) as RunRecord;
    expect(recordProblems(record)).toBe('');
    expect(record.measurement?.partial).toBe(kept === 'partial');
    // On a busy machine the generator may just have started when the change is interrupted.
    if (kept === 'whole') expect(record.totals.offered).toBeGreaterThan(0);
  });

  test('while it cleans up after a failure: the failure is told too', async () => {
    const ended = await interrupted({
      shows: /^cleaning up/mu,
      waits: { settleWithinMs: 0 },
      hold: slowToGo,
    });
    expect(wordsOf(ended)).toEqual([
      expect.stringMatching(/^The scenario's state before time 0 is not ready after 0 s/u),
      'Interrupted while cleaning up; nothing of it is left running.',
    ]);
    leftNothing(ended);
    expect(existsSync(ended.outFile)).toBe(false);
  });
});

describe.concurrent('another signal in a spawned replay', () => {
  const baseline = INTERRUPTIONS.baseline;

  test.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s cleans up as Ctrl-C does', async (signal, code) => {
    const ended = await interrupted({ ...baseline, signal });
    expect(wordsOf(ended)).toEqual([
      'Interrupted while measuring the baseline; nothing of it is left running.',
    ]);
    leftNothing(ended, code);
  });

  test('a second SIGTERM does not wait for the clean-up', async () => {
    const ended = await interrupted({
      ...baseline,
      signal: 'SIGTERM',
      again: /^cleaning up/mu,
      waits: { goneWithinMs: LONG_MS },
      hold: (api) => {
        api.namespaceEndMs = LONG_MS;
      },
    });
    expect(ended.exitCode).toBe(143);
    expect(wordsOf(ended)).toEqual([]);
    expect(ended.lingeredMs).toBeLessThan(LONG_MS / 2);
    expect(ended.api.store.all('namespaces')).toHaveLength(1);
  });
});
