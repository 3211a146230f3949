/** The parts of the benchmark, by the names that `npm run bench -- <name>` takes: how each is measured and told. */
import { commandGoals, commandsTable, measureCommands, REPEAT_TEXT } from './commands.ts';
import { generatorGoals, generatorTable, GENERATOR_TEXT, measureGenerator } from './generator.ts';
import type { Goal } from './goal.ts';
import { measureTurnings, turningGoals, TURNINGS_TEXT, turningsTable } from './knob-turning.ts';
import { leastTimeTable, LEAST_TIME_TEXT, measureLeastTime } from './least-time.ts';
import { markdownTable } from './markdown-table.ts';
import { measureScale, SCALE_TEXT, scaleGoals, scaleTable } from './scale.ts';
import { measureSearches, searchesTable, searchGoals } from './searches.ts';
import { measureSpeed, speedGoal, TRAFFIC_TEXT, type EngineSpeed } from './traffic-engines.ts';

export interface Part {
  readonly name: string;
  /** Whether it runs the built program. */
  readonly needsBuild: boolean;
  readonly measure: () => Promise<Told>;
}

/** Figures under the names that they have in bench.json, and the same as Markdown. */
interface Told {
  readonly figures: Readonly<Record<string, unknown>>;
  readonly markdown: string;
  readonly goals: readonly Goal[];
}

export const PARTS: readonly Part[] = [
  {
    name: 'engines',
    needsBuild: false,
    async measure() {
      const engines = await measureSpeed();
      const [exact, ...others] = engines;
      if (exact === undefined) throw new Error('the exact engine must have run');
      /** How many times as fast the exact engine is as each of the others. */
      const ratios = others.map((other) =>
        Number((exact.requestsPerSecond / other.requestsPerSecond).toFixed(1)),
      );
      return {
        figures: { engines, ratios },
        markdown: enginesText(engines, ratios),
        goals: [speedGoal(exact.requestsPerSecond)],
      };
    },
  },
  {
    name: 'commands',
    needsBuild: true,
    async measure() {
      const commands = measureCommands();
      return {
        figures: { commands },
        markdown: commandsText(commandsTable(commands)),
        goals: commandGoals(commands),
      };
    },
  },
  {
    name: 'least-time',
    needsBuild: false,
    async measure() {
      const leastTime = measureLeastTime();
      return Promise.resolve({
        figures: { leastTime },
        markdown: `## What a thousand runs take at least\n\n${LEAST_TIME_TEXT}\n\n${leastTimeTable(leastTime)}`,
        goals: [],
      });
    },
  },
  {
    name: 'searches',
    needsBuild: true,
    async measure() {
      const searches = measureSearches();
      return {
        figures: { searches },
        markdown: searchesText(searchesTable(searches)),
        goals: searchGoals(searches),
      };
    },
  },
  {
    name: 'scale',
    needsBuild: true,
    async measure() {
      const scale = measureScale();
      return {
        figures: { scale },
        markdown: `## A hundred times the requests\n\n${SCALE_TEXT}\n\n${scaleTable(scale)}`,
        goals: scaleGoals(scale),
      };
    },
  },
  {
    name: 'generator',
    needsBuild: false,
    async measure() {
      const generator = await measureGenerator();
      return {
        figures: { generator },
        markdown: `## The load generator of replays\n\n${GENERATOR_TEXT}\n\n${generatorTable(generator)}`,
        goals: generatorGoals(generator),
      };
    },
  },
  {
    name: 'tui',
    needsBuild: false,
    async measure() {
      const turnings = await measureTurnings();
      return {
        figures: { turnings },
        markdown: `## Terminal UI: a knob turned\n\n${TURNINGS_TEXT}\n\n${turningsTable(turnings)}`,
        goals: turningGoals(turnings),
      };
    },
  },
];

const millions = (perSecond: number): string => (perSecond / 1e6).toFixed(2);

function enginesText(engines: readonly EngineSpeed[], ratios: readonly number[]): string {
  const rows = engines.map((engine) => [
    engine.name,
    `${millions(engine.requestsPerSecond)} million`,
    `${millions(engine.slowest)}…${millions(engine.fastest)}`,
    `${engine.runs}`,
  ]);
  return `## Traffic engines

${TRAFFIC_TEXT}
The second engine does the same job with an event in the kernel's queue for each arrival at a client or a pod and
each departure; the third row is that engine with a round trip of 0, which leaves two events for a request instead of four.

${markdownTable([['engine', 'requests/s on one core, median', 'slowest…fastest', 'runs'], ...rows])}

The exact engine is ${ratios[0]} times as fast as the second engine, and ${ratios[1]} times as fast as the third one,
which does less.`;
}

function commandsText(table: string): string {
  return `## Commands

Over the built program, everything included: the process's start, the scenario's check, all runs, the output.
\`sim\` is \`node dist/cli/main.js\`. The two single runs follow 0.6 and 6 million requests.
${REPEAT_TEXT}

${table}`;
}

function searchesText(table: string): string {
  return `## Searches

Over the built program. Of \`sim tune\` the configurations are counted that were looked at, of \`sim break\` the schedules of
faults of every kind; no schedule can break what these two expect, so that the search takes all of its minute.

${table}`;
}
