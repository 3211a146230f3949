/**
 * Run records and verifications as two Markdown tables, for reports/replays.md:
 *
 *     node scripts/replay-tables.ts replays/*.json
 */
import { readFileSync } from 'node:fs';
import type { Summary } from '../src/prediction.ts';
import { RECORD_SCHEMA, type RunRecord } from '../src/record.ts';
import { formatCount, formatMs, formatShare } from '../src/report/numbers.ts';
import {
  VERIFICATION_SCHEMA,
  type ScenarioVerification,
  type Verification,
  type VerifiedFigure,
} from '../src/verification.ts';

type Row = readonly string[];

const RECORD_HEAD = [
  'scenario',
  'requests/s',
  'idle before',
  'requests',
  'failed',
  'complete after',
  'pods at most, with terminating',
  'valid',
];

const VERDICT_HEAD = [
  'scenario',
  'failed: predicted, 95 % of runs',
  'measured',
  'complete: predicted, 95 % of runs',
  'measured',
  'starts share',
  'verdict',
];

function rateOf({ measurement, totals, startMs, endMs }: RunRecord): string {
  const setting = measurement?.settings.findLast((text) => text.startsWith('spec.traffic.rate='));
  if (setting !== undefined) return setting.slice('spec.traffic.rate='.length);
  return formatCount(Math.round((totals.offered / (endMs - startMs)) * 1000));
}

function failedOf({ totals }: RunRecord): string {
  if (totals.failed === 0) return 'none';
  const classes = Object.entries(totals.failedByClass).filter(([, count]) => count > 0);
  const parts = classes.map(([name, count]) => `${formatCount(count)} ${name}`);
  return `${formatCount(totals.failed)} (${formatShare(totals.failed / totals.offered)}): ${parts.join(', ')}`;
}

function recordRow(record: RunRecord): Row {
  const { scenario, measurement, totals, rollout, pods } = record;
  if (measurement === undefined) throw new Error(`${scenario.name} was not measured`);
  return [
    scenario.name,
    rateOf(record),
    formatShare(measurement.idleCpuShare),
    formatCount(totals.offered),
    failedOf(record),
    rollout.completeMs === null ? rollout.outcome : formatMs(rollout.completeMs),
    String(pods.peakWithTerminating),
    measurement.invalidBecause.length === 0 ? 'yes' : `no: ${measurement.invalidBecause.join(' ')}`,
  ];
}

const withInterval = ({ mean, p2_5, p97_5 }: Summary, format: (value: number) => string): string =>
  `${format(mean)} (${format(p2_5)} … ${format(p97_5)})`;

function measuredOf(
  figure: VerifiedFigure | undefined,
  format: (value: number) => string,
): readonly [predicted: string, measured: string] {
  if (figure?.predicted == null) return ['', ''];
  const measured = figure.measured.map((value) => (value === null ? 'never' : format(value)));
  return [withInterval(figure.predicted, format), measured.join(', ')];
}

function verdictRow({ scenario, figures, idleShare, verdict }: ScenarioVerification): Row {
  const figureOf = (name: string): VerifiedFigure | undefined =>
    figures.find((figure) => figure.name === name);
  return [
    scenario.name,
    ...measuredOf(figureOf('requests.failed'), formatCount),
    ...measuredOf(figureOf('rollout.completeMs'), formatMs),
    idleShare === null ? '' : formatShare(idleShare),
    verdict,
  ];
}

function printTable(head: Row, rows: readonly Row[]): void {
  if (rows.length === 0) return;
  for (const row of [head, head.map(() => '---'), ...rows]) console.log(`| ${row.join(' | ')} |`);
  console.log();
}

const records: Row[] = [];
const verdicts: Row[] = [];
for (const file of process.argv.slice(2)) {
  const content = JSON.parse(readFileSync(file, 'utf8')) as RunRecord | Verification;
  if (content.schema === RECORD_SCHEMA) records.push(recordRow(content));
  else if (content.schema === VERIFICATION_SCHEMA) verdicts.push(...content.scenarios.map(verdictRow));
  else throw new Error(`${file} is neither a run record nor a verification`);
}
printTable(RECORD_HEAD, records);
printTable(VERDICT_HEAD, verdicts);
