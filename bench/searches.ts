/** The two searches: how long `sim tune` takes with two fields, and how many schedules `sim break` tries in a minute. */
import { measureOnce, shellText } from './commands.ts';
import { atLeast, atMost, type Goal } from './goal.ts';
import { markdownTable } from './markdown-table.ts';

const TUNE = [
  'tune',
  'black-friday',
  '--vary',
  'maxSurge=1..10',
  '--vary',
  'preStop.sleep=0s..30s',
  '--json',
];
/** With an expectation that nothing breaks the search goes on for all its time, over every kind of fault. */
const UNBREAKABLE = ['--minutes', '1', '--set', 'spec.expect.failedRequests=1000000000', '--json'];
const BREAKS: readonly (readonly string[])[] = [
  ['break', 'black-friday', ...UNBREAKABLE],
  ['break', 'black-friday-safe', ...UNBREAKABLE],
];

export interface SearchFigures {
  readonly command: string;
  readonly wallMs: number;
  /** Configurations or schedules. */
  readonly tried: number;
  /** Of schedules only. */
  readonly perMinute: number | null;
}

export function measureSearches(): readonly SearchFigures[] {
  // It ends with 1 when no configuration meets the expectations: it has searched all the same.
  const tuned = measureOnce(TUNE, [0, 1]);
  const tuning = JSON.parse(tuned.stdout) as { readonly grid: { readonly looked: number } };
  const tune: SearchFigures = {
    command: shellText(TUNE),
    wallMs: Math.round(tuned.wallMs),
    tried: tuning.grid.looked,
    perMinute: null,
  };
  const breaks = BREAKS.map((args): SearchFigures => {
    const { stdout, wallMs } = measureOnce(args);
    const { tried } = JSON.parse(stdout) as {
      readonly tried: { readonly schedules: number; readonly schedulesPerMinute: number };
    };
    return {
      command: shellText(args),
      wallMs: Math.round(wallMs),
      tried: tried.schedules,
      perMinute: tried.schedulesPerMinute,
    };
  });
  return [tune, ...breaks];
}

export function searchGoals(figures: readonly SearchFigures[]): readonly Goal[] {
  const [tune, broken] = figures;
  if (tune === undefined || broken === undefined) throw new Error('both searches must have run');
  return [
    atMost('wall time with two fields', tune.command, {
      value: tune.wallMs / 1000,
      limit: 20,
      format: (value) => `${value.toFixed(1)} s`,
    }),
    atLeast('schedules tried a minute', broken.command, {
      value: broken.perMinute ?? 0,
      limit: 2000,
      format: String,
    }),
  ];
}

export function searchesTable(figures: readonly SearchFigures[]): string {
  const rows = figures.map(({ command, wallMs, tried, perMinute }) => [
    `\`${command}\``,
    `${(wallMs / 1000).toFixed(1)} s`,
    `${tried}`,
    perMinute === null ? '' : `${perMinute}`,
  ]);
  return markdownTable([['command', 'wall time', 'tried', 'tried a minute'], ...rows]);
}
