/**
 * `npm run screenshots`: drives the built terminal UI in a real terminal and writes what it shows to docs/images/*.svg.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildProgram } from '../test/sessions/built-program.ts';
import { Terminal } from '../test/sessions/terminal.ts';
import { screenCells } from './screen-cells.ts';
import { DARK, screenSvg } from './screen-svg.ts';

const IMAGES = fileURLToPath(new URL('../docs/images/', import.meta.url));

const [DOWN, RIGHT, ENTER] = ['\u001B[B', '\u001B[C', '\r'];

/** `20 runs` in the corner, not `3 of 20 runs`. */
const SETTLED = /(?<!of) \d+ runs *$/mu;

type Step =
  { readonly keys: string } | { readonly until: RegExp } | { readonly image: string; title: string };

interface Session {
  readonly columns: number;
  readonly rows: number;
  readonly words: readonly string[];
  readonly steps: readonly Step[];
}

const SESSIONS: readonly Session[] = [
  {
    columns: 110,
    rows: 32,
    words: ['black-friday'],
    steps: [
      { until: /A new connection/u },
      { until: SETTLED },
      {
        image: 'timeline',
        title: 'sim tui black-friday: one run over time, and every pod at the instant under the cursor',
      },
      { keys: '2' },
      // Every fix has been tried.
      { until: /→ (?:none|[\d\u2009]+) failed/u },
      { until: /^(?![^]*trying)/u },
      { image: 'causes', title: 'Why requests fail, at which line, and what each fix does' },
    ],
  },
  {
    columns: 110,
    rows: 40,
    words: ['black-friday'],
    steps: [
      { until: SETTLED },
      { keys: '3' },
      { until: /› replicas/u },
      { keys: DOWN },
      { until: /› maxSurge +◂ 5 ▸/u },
      { keys: RIGHT },
      { until: /◂ 6 ▸/u },
      { keys: RIGHT },
      { until: /◂ 7 ▸/u },
      { keys: RIGHT },
      { until: /settled: 20 paired runs/u },
      { until: /◂ 8 ▸ was 5[^]*run of seed/u },
      { image: 'what-if', title: 'What changes when maxSurge goes from 5 to 8: before, after, difference' },
      { keys: '4' },
      { until: /Ask about this scenario/u },
      { keys: ENTER },
      { until: /pods on worker-1/u },
      { keys: `${DOWN}${DOWN}${DOWN}${ENTER}` },
      { until: /› How many requests fail\? +[\d\u2009]+ → [\d\u2009]+/u },
      { keys: '\u001B[H' },
      { until: /› How many pods at most/u },
      { image: 'questions', title: 'Questions, answered before and after the change' },
    ],
  },
  {
    columns: 110,
    rows: 30,
    words: ['black-friday'],
    steps: [
      { until: SETTLED },
      { keys: '5' },
      { until: /Compare black-friday with/u },
      { keys: '/safe' },
      { until: /\/ safe/u },
      { keys: ENTER },
      { until: /settled: 20 paired runs/u },
      { image: 'compare', title: 'black-friday and black-friday-safe side by side, over the same seeds' },
    ],
  },
];

async function follow({ columns, rows, words, steps }: Session, main: string): Promise<void> {
  const terminal = new Terminal({
    columns,
    rows,
    words: [main, 'tui', ...words],
    env: { FORCE_COLOR: '2' },
  });
  try {
    for (const step of steps) {
      if ('keys' in step) terminal.type(step.keys);
      else if ('until' in step) await terminal.waitFor(step.until);
      else {
        await terminal.settled();
        writeFileSync(
          `${IMAGES}${step.image}.svg`,
          screenSvg(screenCells(terminal.emulator), step.title, DARK),
        );
        console.log(`docs/images/${step.image}.svg`);
      }
    }
  } finally {
    terminal.close();
  }
}

mkdirSync(IMAGES, { recursive: true });
const program = await buildProgram();
try {
  for (const session of SESSIONS) await follow(session, program.main);
} finally {
  program.remove();
}
