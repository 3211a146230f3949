/**
 * Whole commands as a user runs them, from the start of the process to its end, over the built program: wall time
 * and peak resident memory.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { atLeast, atMost, type Goal } from './goal.ts';
import { markdownTable } from './markdown-table.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PROGRAM = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
/** Runs inside the measured process as it ends: the most memory that it had resident, in KiB. */
const TELL_MEMORY = `data:text/javascript,process.on('exit',()=>process.stderr.write('\\nKIB '+process.resourceUsage().maxRSS))`;

const MORE_SURGE = 'deployment/checkout-service.spec.strategy.rollingUpdate.maxSurge=10';
const EXACT_RUNS = ['run', 'black-friday', '--runs', '20', '--engine', 'exact'];

/** One run of 10 000 requests/s that goes on for just so long, even when the rollout is done. */
function oneRun(minutes: number): readonly string[] {
  const rate = `[{at: 0s, rate: 10000}, {at: ${minutes}m, rate: 10000}]`;
  const settings = [`spec.traffic.rate=${rate}`, `spec.limits.duration=${minutes}m`];
  const args = ['run', 'black-friday', '--runs', '1', '--engine', 'exact', '--no-fixes'];
  return [...args, ...settings.flatMap((setting) => ['--set', setting])];
}

const SKIPPING = ['run', 'black-friday', '--engine', 'auto'];
const THOUSAND = ['run', 'black-friday', '--runs', '1000'];
const THOUSAND_BARE = [...THOUSAND, '--no-fixes'];
const EXACT_BARE = [...EXACT_RUNS, '--no-fixes'];
const TEN_MINUTES = oneRun(10);

/** Each is started this often, but not again once it has taken so long altogether: a long one varies little. */
const TIMES = 3;
const ENOUGH_MS = 25_000;
/** Short enough for its spread to matter. */
const HELP_TIMES = 9;

export const REPEAT_TEXT: string = `Each is started ${TIMES} times, \`--help\` ${HELP_TIMES} times, but none again once it has taken ${ENOUGH_MS / 1000} s altogether.`;

const COMMANDS: readonly (readonly string[])[] = [
  SKIPPING,
  [...SKIPPING, '--runs', '20', '--no-fixes'],
  THOUSAND,
  THOUSAND_BARE,
  ['run', 'black-friday-safe', '--engine', 'auto', '--runs', '1000', '--no-fixes'],
  ['run', 'black-friday-safe', '--engine', 'exact', '--runs', '20', '--no-fixes'],
  ['what-if', 'black-friday', 'max pods during surge', '--set', MORE_SURGE],
  EXACT_RUNS,
  EXACT_BARE,
  oneRun(1),
  TEN_MINUTES,
  ['--help'],
];

interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export interface CommandFigures {
  readonly command: string;
  readonly times: number;
  readonly wallMs: Spread;
  readonly peakResidentMiB: Spread;
}

function spread(values: readonly number[]): Spread {
  const sorted = values.map(Math.round).sort((a, b) => a - b);
  const [min, max] = [sorted[0], sorted.at(-1)];
  if (min === undefined || max === undefined) throw new Error('nothing was measured');
  return { median: sorted[Math.floor(sorted.length / 2)] ?? min, min, max };
}

/** One run of the built program. @param endsWith codes that are fine: a search tells with its code what it found */
export function measureOnce(
  args: readonly string[],
  endsWith: readonly number[] = [0],
): { readonly wallMs: number; readonly peakResidentMiB: number; readonly stdout: string } {
  const startedMs = performance.now();
  const result = spawnSync(process.execPath, ['--import', TELL_MEMORY, PROGRAM, ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 * 2 ** 20,
  });
  const wallMs = performance.now() - startedMs;
  const kibibytes = /KIB (?<kib>\d+)$/.exec(result.stderr)?.groups?.['kib'];
  if (!endsWith.includes(result.status ?? -1) || kibibytes === undefined) {
    throw new Error(`sim ${args.join(' ')} ended with ${result.status}: ${result.stderr}`);
  }
  return { wallMs, peakResidentMiB: Number(kibibytes) / 1024, stdout: result.stdout };
}

export function shellText(args: readonly string[]): string {
  return ['sim', ...args.map((arg) => (/[\s[{]/.test(arg) ? `'${arg}'` : arg))].join(' ');
}

export function buildProgram(): void {
  execFileSync('npm', ['run', 'build'], { cwd: ROOT, stdio: 'ignore' });
  if (!existsSync(PROGRAM)) throw new Error(`the build made no ${PROGRAM}`);
}

/** Measures each command several times, one after the other. */
export function measureCommands(): readonly CommandFigures[] {
  return COMMANDS.map((args) => {
    const measured: ReturnType<typeof measureOnce>[] = [];
    const times = args[0] === '--help' ? HELP_TIMES : TIMES;
    let spentMs = 0;
    while (measured.length < times && spentMs < ENOUGH_MS) {
      const one = measureOnce(args);
      spentMs += one.wallMs;
      measured.push(one);
    }
    return {
      command: shellText(args),
      times: measured.length,
      wallMs: spread(measured.map((one) => one.wallMs)),
      peakResidentMiB: spread(measured.map((one) => one.peakResidentMiB)),
    };
  });
}

export function commandGoals(figures: readonly CommandFigures[]): readonly Goal[] {
  const of = (args: readonly string[]): CommandFigures => {
    const command = shellText(args);
    const found = figures.find((one) => one.command === command);
    if (found === undefined) throw new Error(`${command} must have been measured`);
    return found;
  };
  const seconds = (args: readonly string[], limit: number): Goal =>
    atMost('wall time, median', shellText(args), {
      value: of(args).wallMs.median / 1000,
      limit,
      format: (value) => `${value.toFixed(2)} s`,
    });
  const exactMs = of(EXACT_BARE).wallMs.median;
  return [
    seconds(THOUSAND, 3),
    // The exact engine's thousand runs would take minutes: each of its runs is as long as the next.
    atLeast('times as fast as 50 times the 20 runs of the exact engine', shellText(THOUSAND_BARE), {
      value: (50 * exactMs) / of(THOUSAND_BARE).wallMs.median,
      limit: 100,
      format: (value) => value.toFixed(1),
    }),
    seconds(EXACT_RUNS, 15),
    atMost('peak resident memory, largest', shellText(TEN_MINUTES), {
      value: of(TEN_MINUTES).peakResidentMiB.max,
      limit: 250,
      format: (value) => `${value} MiB`,
    }),
    seconds(['--help'], 0.25),
  ];
}

const inSeconds = ({ median, min, max }: Spread): string =>
  `${(median / 1000).toFixed(2)} s (${(min / 1000).toFixed(2)}…${(max / 1000).toFixed(2)})`;

export function commandsTable(figures: readonly CommandFigures[]): string {
  const rows = figures.map(({ command, times, wallMs, peakResidentMiB }) => [
    `\`${command}\``,
    inSeconds(wallMs),
    `${peakResidentMiB.median} MiB (${peakResidentMiB.min}…${peakResidentMiB.max})`,
    `${times}`,
  ]);
  return markdownTable([
    ['command', 'wall time: median (min…max)', 'peak resident memory', 'times'],
    ...rows,
  ]);
}
