/**
 * Whole commands as a user runs them, from the start of the process to its end, over the built program: wall time
 * and peak resident memory.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
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

const COMMANDS: readonly { readonly args: readonly string[]; readonly times: number }[] = [
  { args: SKIPPING, times: 3 },
  { args: [...SKIPPING, '--runs', '20', '--no-fixes'], times: 3 },
  { args: [...SKIPPING, '--runs', '1000', '--no-fixes'], times: 1 },
  { args: ['run', 'black-friday-safe', '--engine', 'auto', '--runs', '1000', '--no-fixes'], times: 1 },
  { args: ['run', 'black-friday-safe', '--engine', 'exact', '--runs', '20', '--no-fixes'], times: 3 },
  { args: ['what-if', 'black-friday', 'max pods during surge', '--set', MORE_SURGE], times: 3 },
  { args: EXACT_RUNS, times: 3 },
  { args: [...EXACT_RUNS, '--no-fixes'], times: 3 },
  { args: oneRun(1), times: 3 },
  { args: oneRun(10), times: 3 },
  { args: ['--help'], times: 9 },
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
  return COMMANDS.map(({ args, times }) => {
    const measured = Array.from({ length: times }, () => measureOnce(args));
    return {
      command: shellText(args),
      times,
      wallMs: spread(measured.map((one) => one.wallMs)),
      peakResidentMiB: spread(measured.map((one) => one.peakResidentMiB)),
    };
  });
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
