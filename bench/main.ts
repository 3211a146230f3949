/**
 * `npm run bench`: requests per second of the exact engine beside a plain event-per-request engine in the same
 * run, and the memory of a run of 10 000 requests/s over ten minutes. Writes reports/bench.json and reports/bench.md.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Bench } from 'tinybench';
import { RandomStreams } from '../src/kernel/random.ts';
import {
  BIN_MS,
  BLACK_FRIDAY_SERVER,
  blackFridayEngine,
  CLIENTS,
  PODS,
  ROUND_TRIP_MS,
} from './black-friday-traffic.ts';
import { runPlain } from './event-per-request-engine.ts';

const RATE_RPS = 10_000;
const HORIZON_MS = 60_000;
const MEMORY_HORIZON_MS = 600_000;
const MEBIBYTE = 2 ** 20;
const REPORTS = fileURLToPath(new URL('../reports/', import.meta.url));

interface Speed {
  readonly name: string;
  readonly requestsPerSecond: number;
  readonly relativeMarginPercent: number;
  readonly samples: number;
}

/** Requests of one run of each engine, told by its last run. */
const offered = { exact: 0, plain: 0 };

function runExact(seed: number, horizonMs: number): number {
  const engine = blackFridayEngine(RATE_RPS, horizonMs, seed);
  engine.finish(horizonMs);
  return engine.counts().offered;
}

async function measureSpeed(): Promise<readonly Speed[]> {
  const bench = new Bench({ time: 4000, warmupTime: 1000, warmupIterations: 2, iterations: 8 });
  bench.add('exact engine', () => {
    offered.exact = runExact(1, HORIZON_MS);
  });
  bench.add('event per request', () => {
    offered.plain = runPlain({
      rateRps: RATE_RPS,
      clients: CLIENTS,
      pods: PODS,
      refusing: [],
      server: BLACK_FRIDAY_SERVER,
      roundTripMs: ROUND_TRIP_MS,
      horizonMs: HORIZON_MS,
      binMs: BIN_MS,
      streams: new RandomStreams(1),
    }).offered;
  });
  await bench.run();
  return bench.tasks.map((task, index) => {
    const { result } = task;
    if (result.state !== 'completed') throw new Error(`${task.name} did not run: ${result.state}`);
    const requests = index === 0 ? offered.exact : offered.plain;
    return {
      name: task.name,
      requestsPerSecond: Math.round((requests * 1000) / result.latency.p50),
      relativeMarginPercent: Number(result.latency.rme.toFixed(1)),
      samples: result.latency.samplesCount,
    };
  });
}

/** Peak resident memory of a process that does nothing but the ten-minute run. */
function measureMemory(): { requests: number; peakResidentMiB: number } {
  const text = execFileSync(process.execPath, [fileURLToPath(import.meta.url), '--memory'], {
    encoding: 'utf8',
  });
  return JSON.parse(text) as { requests: number; peakResidentMiB: number };
}

/** A Markdown table with its columns aligned, as the formatter wants them. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const [head = [], ...body] = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)));
  return [head, widths.map((width) => '-'.repeat(width)), ...body]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

function markdown(report: ReturnType<typeof buildReport>): string {
  const rows = report.speed.map((row) => [
    row.name,
    `${(row.requestsPerSecond / 1e6).toFixed(2)} million`,
    `±${row.relativeMarginPercent} %`,
    `${row.samples}`,
  ]);
  return `# Speed and memory of the traffic engines

Command: \`${report.command}\`, on ${report.machine}.

Traffic of black-friday at rest: ${RATE_RPS} requests/s from 40 clients with 16 kept-alive connections each to
${PODS} pods on 3 nodes, log-normal service time (p50 20 ms, p99 90 ms), ${HORIZON_MS / 1000} simulated seconds a run.
The second engine schedules each arrival and each departure, and knows neither connections nor failures.

${table([['engine', 'requests/s on one core (median run)', 'margin', 'runs'], ...rows])}

The exact engine is ${report.ratio} times as fast. ${report.memory.requests} requests (${MEMORY_HORIZON_MS / 60_000} minutes at that rate)
take ${report.memory.peakResidentMiB} MiB of resident memory at the peak, the runtime included.
`;
}

function buildReport(speed: readonly Speed[], memory: ReturnType<typeof measureMemory>) {
  const [exact, plain] = speed;
  if (exact === undefined || plain === undefined) throw new Error('both engines must have run');
  return {
    command: 'npm run bench',
    machine: `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, ${process.platform} ${process.arch}`,
    speed,
    ratio: Number((exact.requestsPerSecond / plain.requestsPerSecond).toFixed(1)),
    memory,
  };
}

if (process.argv.includes('--memory')) {
  const requests = runExact(1, MEMORY_HORIZON_MS);
  const peakResidentMiB = Math.round((process.resourceUsage().maxRSS * 1024) / MEBIBYTE);
  console.log(JSON.stringify({ requests, peakResidentMiB }));
} else {
  const report = buildReport(await measureSpeed(), measureMemory());
  mkdirSync(REPORTS, { recursive: true });
  writeFileSync(`${REPORTS}bench.json`, `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(`${REPORTS}bench.md`, markdown(report));
  console.log(markdown(report));
}
