/**
 * `npm run agreement`: compares the engines over every case on worker threads and writes reports/agreement.json and
 * reports/agreement.md. Exit code 1 when they differ. Names of cases may be given; then nothing is written.
 */
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Tinypool } from 'tinypool';
import { alarmsOf, compareCase, FULL, type CaseResult, type RunPairs } from './agreement.ts';
import { caseNames } from './cases.ts';
import type { Pairs, PairsTask } from './pairs-worker.ts';
import { markdownReport, type Report } from './report.ts';

const REPORTS = fileURLToPath(new URL('../../reports/', import.meta.url));
const THREADS = Math.min(2, availableParallelism());

async function compareAll(names: readonly string[]): Promise<readonly CaseResult[]> {
  const pool = new Tinypool({
    filename: new URL('pairs-worker.ts', import.meta.url).href,
    minThreads: THREADS,
    maxThreads: THREADS,
    isolateWorkers: false,
  });
  const run: RunPairs = async (task: PairsTask) => (await pool.run(task)) as Pairs;
  const results = await Promise.all(
    names.map(async (name) => {
      const result = await compareCase(name, run, FULL);
      console.error(`${name}: ${result.runs} runs`);
      return result;
    }),
  );
  await pool.destroy();
  return results;
}

const chosen = process.argv.slice(2);
const startMs = performance.now();
const cases = await compareAll(chosen.length === 0 ? caseNames() : chosen);
const { comparisons, alarms } = alarmsOf(cases, FULL.falseAlarm);
const report: Report = { command: 'npm run agreement', options: FULL, comparisons, alarms, cases };
const text = markdownReport(report);
if (chosen.length === 0) {
  writeFileSync(`${REPORTS}agreement.json`, `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(`${REPORTS}agreement.md`, text);
}
console.log(text);
console.error(`${((performance.now() - startMs) / 1000).toFixed(0)} s`);
if (alarms.length > 0) process.exitCode = 1;
