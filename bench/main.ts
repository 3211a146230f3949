/**
 * `npm run bench`: the speed of the traffic engines side by side, and whole commands from the shell. Writes
 * reports/bench.json and reports/bench.md.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { commandsTable, measureCommands } from './commands.ts';
import { describeMachine } from './machine.ts';
import { markdownTable } from './markdown-table.ts';
import { measureSpeed, TRAFFIC_TEXT } from './traffic-engines.ts';

const REPORTS = fileURLToPath(new URL('../reports/', import.meta.url));

async function measure() {
  const loadAtStart = Number((loadavg()[0] ?? 0).toFixed(1));
  const engines = await measureSpeed();
  const [exact, ...others] = engines;
  if (exact === undefined) throw new Error('the exact engine must have run');
  return {
    command: 'npm run bench',
    date: new Date().toISOString().slice(0, 10),
    machine: describeMachine(),
    loadAtStart,
    engines,
    /** How many times as fast the exact engine is as each of the others. */
    ratios: others.map((other) => Number((exact.requestsPerSecond / other.requestsPerSecond).toFixed(1))),
    commands: measureCommands(),
  };
}

const millions = (perSecond: number): string => (perSecond / 1e6).toFixed(2);

function markdown(report: Awaited<ReturnType<typeof measure>>): string {
  const { ratios } = report;
  const rows = report.engines.map((engine) => [
    engine.name,
    `${millions(engine.requestsPerSecond)} million`,
    `${millions(engine.slowest)}…${millions(engine.fastest)}`,
    `${engine.runs}`,
  ]);
  return `# Speed and memory

Command: \`${report.command}\`, on ${report.date}, on ${report.machine};
load average of the minute before: ${report.loadAtStart}.

## Traffic engines

${TRAFFIC_TEXT}
The second engine does the same job with an event in the kernel's queue for each arrival at a client or a pod and
each departure; the third row is that engine with a round trip of 0, which leaves two events for a request instead of four.

${markdownTable([['engine', 'requests/s on one core, median', 'slowest…fastest', 'runs'], ...rows])}

The exact engine is ${ratios[0]} times as fast as the second engine, and ${ratios[1]} times as fast as the third one,
which does less.

## Commands

Over the built program, everything included: the process's start, the scenario's check, all runs, the output.
\`sim\` is \`node dist/cli/main.js\`. The two single runs follow 0.6 and 6 million requests.

${commandsTable(report.commands)}
`;
}

const report = await measure();
mkdirSync(REPORTS, { recursive: true });
writeFileSync(`${REPORTS}bench.json`, `${JSON.stringify(report, null, 2)}\n`);
writeFileSync(`${REPORTS}bench.md`, markdown(report));
console.log(markdown(report));
