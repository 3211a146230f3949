/**
 * Whether the cost of a run depends on how many requests there are: one hour of a rollout of 2000 pods, at 10 000 and at
 * 1 000 000 requests per second, everything else the same.
 */
import { measureOnce, shellText } from './commands.ts';
import { atMost, type Goal } from './goal.ts';
import { markdownTable } from './markdown-table.ts';

const RATES_RPS = [10_000, 1_000_000] as const;
const PODS = 2000;
const SAME = [
  'spec.limits.duration=1h',
  'spec.limits.requests=4000000000',
  'spec.cluster.nodes={count: 40, cpu: 64, memory: 256Gi}',
  `deployment/checkout-service.spec.replicas=${PODS}`,
  'deployment/checkout-service.spec.strategy.rollingUpdate.maxSurge=25%',
  'spec.traffic.clients.count=4000',
];

export const SCALE_TEXT: string = [
  `One run of \`black-friday-safe\` over the built program, with ${PODS} pods on 40 nodes, 4000 callers, a surge of 25 %,`,
  'followed for one hour at the same rate.',
].join('\n');

export interface ScaleFigures {
  readonly command: string;
  readonly rateRps: number;
  readonly requests: number;
  readonly wallMs: number;
  readonly peakResidentMiB: number;
}

function argsAt(rateRps: number): readonly string[] {
  const rate = `spec.traffic.rate=[{at: 0s, rate: ${rateRps}}, {at: 1h, rate: ${rateRps}}]`;
  const settings = [rate, ...SAME].flatMap((setting) => ['--set', setting]);
  return ['run', 'black-friday-safe', '--runs', '1', '--no-fixes', '--json', ...settings];
}

export function measureScale(): readonly ScaleFigures[] {
  return RATES_RPS.map((rateRps) => {
    const args = argsAt(rateRps);
    const { stdout, wallMs, peakResidentMiB } = measureOnce(args);
    const prediction = JSON.parse(stdout) as {
      readonly requests: { readonly offered: { readonly mean: number } };
    };
    return {
      command: shellText(args),
      rateRps,
      requests: prediction.requests.offered.mean,
      wallMs: Math.round(wallMs),
      peakResidentMiB: Math.round(peakResidentMiB),
    };
  });
}

export function scaleGoals(figures: readonly ScaleFigures[]): readonly Goal[] {
  const [few, many] = fewAndMany(figures);
  return [
    atMost('times as long as at a hundredth of the rate', 'npm run bench -- scale', {
      value: many.wallMs / few.wallMs,
      limit: 3,
      format: (value) => value.toFixed(1),
    }),
  ];
}

export function scaleTable(figures: readonly ScaleFigures[]): string {
  const [few, many] = fewAndMany(figures);
  const rows = figures.map(({ rateRps, requests, wallMs, peakResidentMiB }) => [
    `${rateRps}`,
    `${(requests / 1e6).toFixed(0)} million`,
    `${(wallMs / 1000).toFixed(2)} s`,
    `${peakResidentMiB} MiB`,
  ]);
  return `${markdownTable([['requests/s', 'requests', 'wall time', 'peak resident memory'], ...rows])}

A hundred times the requests take ${(many.wallMs / few.wallMs).toFixed(1)} times as long. The commands, in the order of the table:

\`\`\`sh
${figures.map(({ command }) => command).join('\n')}
\`\`\``;
}

function fewAndMany(figures: readonly ScaleFigures[]): readonly [ScaleFigures, ScaleFigures] {
  const [few, many] = figures;
  if (few === undefined || many === undefined) throw new Error('both rates must have been measured');
  return [few, many];
}
