/**
 * `npm run bench`: the speed of the traffic engines side by side, whole commands from the shell, searches, a hundred
 * times the requests, the load generator of replays, and the terminal UI's answers, each beside its goal. Writes
 * reports/bench.json and reports/bench.md. `npm run bench -- <name> …` measures some parts only, prints them and writes
 * nothing.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { buildProgram } from './commands.ts';
import { goalsTable } from './goal.ts';
import { describeMachine } from './machine.ts';
import { PARTS } from './parts.ts';

const REPORTS = fileURLToPath(new URL('../reports/', import.meta.url));

const names = process.argv.slice(2);
const unknown = names.find((name) => PARTS.every((part) => part.name !== name));
if (unknown !== undefined) {
  console.error(`There is no part ${unknown}. The parts are ${PARTS.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}

const chosen = PARTS.filter(({ name }) => names.length === 0 || names.includes(name));
const loadAtStart = Number((loadavg()[0] ?? 0).toFixed(1));
if (chosen.some(({ needsBuild }) => needsBuild)) buildProgram();
const told = [];
for (const { name, measure } of chosen) {
  console.error(`measuring: ${name}`);
  told.push(await measure());
}

const command = ['npm run bench', ...(names.length === 0 ? [] : ['--', ...names])].join(' ');
const goals = told.flatMap((part) => part.goals);
const date = new Date().toISOString().slice(0, 10);
const machine = describeMachine();
const markdown = `# Speed and memory

Command: \`${command}\`, on ${date}, on ${machine};
load average of the minute before: ${loadAtStart}.

## Goals

${goalsTable(goals)}

${told.map((part) => part.markdown).join('\n\n')}
`;
console.log(markdown);
if (names.length === 0) {
  const figures = Object.assign({}, ...told.map((part) => part.figures)) as Record<string, unknown>;
  mkdirSync(REPORTS, { recursive: true });
  writeFileSync(
    `${REPORTS}bench.json`,
    `${JSON.stringify({ command, date, machine, loadAtStart, goals, ...figures }, null, 2)}\n`,
  );
  writeFileSync(`${REPORTS}bench.md`, markdown);
}
