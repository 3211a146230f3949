/**
 * `npm run agreement`: compares the engines over every case on worker threads and writes reports/agreement.md. Exit
 * code 1 when they differ otherwise than is known. Names of cases may be given; then nothing is written.
 */
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Tinypool } from 'tinypool';
import { describeMachine } from '../../bench/machine.ts';
import { alarmsOf, compareCase, type CaseResult, type Workers } from './agreement.ts';
import { caseNames, scenarioOf } from './cases.ts';
import { knownDeviations } from './known-deviations.ts';
import { FULL } from './plan.ts';
import { markdownReport, worstText, type Report } from './report.ts';

const REPORT = fileURLToPath(new URL('../../reports/agreement.md', import.meta.url));
const THREADS = Math.min(2, availableParallelism());

async function compareAll(names: readonly string[]): Promise<readonly CaseResult[]> {
  const pool = new Tinypool({
    filename: new URL('pairs-worker.ts', import.meta.url).href,
    minThreads: THREADS,
    maxThreads: THREADS,
    isolateWorkers: false,
  });
  const workers: Workers = {
    run: (task) => pool.run(task, { name: 'runPairs' }),
    compare: (task) => pool.run(task, { name: 'compare' }),
  };
  const results = await Promise.all(
    names.map(async (name) => {
      const result = await compareCase(name, workers, FULL);
      console.error(`${name}: ${result.runs} runs, largest z ${worstText(result)}`);
      return result;
    }),
  );
  await pool.destroy();
  return results;
}

function largestRateRps(name: string): number {
  return Math.max(0, ...scenarioOf(name).traffic.rate.map(({ rateRps }) => rateRps));
}

/** Those that ask for little first, so that a mistake everywhere shows at once. */
function cheapestFirst(names: readonly string[]): readonly string[] {
  const costs = names.map((name) => ({ name, rateRps: largestRateRps(name) }));
  return costs.toSorted((a, b) => a.rateRps - b.rateRps).map(({ name }) => name);
}

const chosen = process.argv.slice(2);
const startMs = performance.now();
const names = chosen.length === 0 ? caseNames() : chosen;
const results = await compareAll(cheapestFirst(names));
const cases = names.flatMap((name) => results.filter((result) => result.name === name));
const { comparisons, alarms } = alarmsOf(cases, FULL.falseAlarm, knownDeviations);
const { user, system } = process.cpuUsage();
const report: Report = {
  command: ['npm run agreement', ...(chosen.length === 0 ? [] : ['--', ...chosen])].join(' '),
  machine: describeMachine(),
  wallSeconds: (performance.now() - startMs) / 1000,
  cpuSeconds: (user + system) / 1e6,
  options: FULL,
  comparisons,
  alarms,
  cases,
};
const text = markdownReport(report);
if (chosen.length === 0) writeFileSync(REPORT, text);
console.log(text);
if (alarms.some(({ known }) => known === null)) process.exitCode = 1;
