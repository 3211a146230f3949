/**
 * Run records as rows of a Markdown table, for reports/replays.md:
 *
 *     node scripts/replay-table.ts replays/*.json
 */
import { readFileSync } from 'node:fs';
import type { RunRecord } from '../src/record.ts';
import { formatCount, formatMs, formatShare } from '../src/report/numbers.ts';

const HEAD = [
  'scenario',
  'requests/s',
  'idle before',
  'requests',
  'failed',
  'complete after',
  'pods at most, with terminating',
  'valid',
];

function rateOf({ measurement, totals, startMs, endMs }: RunRecord): string {
  const setting = measurement?.settings.find((text) => text.startsWith('spec.traffic.rate='));
  if (setting !== undefined) return setting.slice('spec.traffic.rate='.length);
  return formatCount(Math.round((totals.offered / (endMs - startMs)) * 1000));
}

function failedOf({ totals }: RunRecord): string {
  if (totals.failed === 0) return 'none';
  const classes = Object.entries(totals.failedByClass).filter(([, count]) => count > 0);
  const parts = classes.map(([name, count]) => `${formatCount(count)} ${name}`);
  return `${formatCount(totals.failed)} (${formatShare(totals.failed / totals.offered)}): ${parts.join(', ')}`;
}

function rowOf(record: RunRecord): readonly string[] {
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

const rows = process.argv.slice(2).map((file) => rowOf(JSON.parse(readFileSync(file, 'utf8')) as RunRecord));
for (const row of [HEAD, HEAD.map(() => '---'), ...rows]) console.log(`| ${row.join(' | ')} |`);
