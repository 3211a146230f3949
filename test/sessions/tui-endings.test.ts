/** However the terminal UI ends, the shell that started it gets its terminal back as it was. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildProgram, type BuiltProgram } from './built-program.ts';
import { Terminal } from './terminal.ts';

const HOOK = fileURLToPath(new URL('break-inside.ts', import.meta.url));
const BUG = 'sim: a bug in the simulator: broken on purpose, seed 1; DEBUG=1 shows the stack';

let program: BuiltProgram;
let terminal: Terminal | null = null;
let folder = '';

beforeAll(async () => {
  program = await buildProgram();
  folder = mkdtempSync(join(tmpdir(), 'rollout-sim-ending-'));
});

afterEach(() => {
  terminal?.close();
  terminal = null;
});

afterAll(() => {
  program.remove();
  rmSync(folder, { recursive: true });
});

/** A shell starts the UI; afterwards it says how that ended and what the terminal is like. */
const SCRIPT = `
echo the line before
stty -a
sh -c 'echo $$ > "$PID_FILE"; exec "$NODE" --import "$HOOK" "$MAIN" tui recreate --runs 2'
code=$?
stty -a
echo "ended with $code"
read -r line
echo "read: $line"
`;

async function open(way = ''): Promise<Terminal> {
  const env = { NODE: process.execPath, HOOK, MAIN: program.main, PID_FILE: pidFile(), BREAK_INSIDE: way };
  terminal = new Terminal({ columns: 100, rows: 50, program: '/bin/sh', words: ['-c', SCRIPT], env });
  await terminal.waitFor(/A new connection/u);
  return terminal;
}

function pidFile(): string {
  return join(folder, 'pid');
}

function pid(): number {
  return Number(readFileSync(pidFile(), 'utf8'));
}

/** What the shell's terminal shows once the UI has ended with the code. */
async function screenAfter(screen: Terminal, code: number): Promise<string> {
  const text = await screen.waitFor(new RegExp(`^ended with ${code}$`, 'mu'));
  expect(screen.onAlternateScreen).toBe(false);
  expect(screen.output.lastIndexOf('\u001B[?25h')).toBeGreaterThan(screen.output.lastIndexOf('\u001B[?25l'));
  const [before, after] = screen.output.match(/speed \d+ baud[^]*?-extproc/gu) ?? [];
  expect(after).toBeDefined();
  expect(after).toBe(before);
  // Nothing of the UI is left behind.
  expect(text).not.toMatch(/A new connection|1 Timeline|› /u);
  screen.type('still a shell\r');
  await screen.waitFor(/^read: still a shell$/mu);
  return text;
}

/** What stands on the screen between what the terminal was like before and after. */
function printed(text: string): readonly string[] {
  const [, between = ''] = text.split('-extproc');
  return between
    .slice(0, between.indexOf('speed '))
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

describe('a mistake of ours in the terminal UI', () => {
  it.each([
    ['key', 'while a key is handled'],
    ['later', 'in a timer'],
    ['promise', 'in a promise that nobody waits for'],
  ])('ends it in one line with code 70: %s, %s', async (way) => {
    const screen = await open(way);
    screen.type('Z');
    expect(printed(await screenAfter(screen, 70))).toEqual([BUG]);
  });

  it('ends it in one line with code 70: while it paints', async () => {
    const screen = await open('paint');
    screen.type('2');
    expect(printed(await screenAfter(screen, 70))).toEqual([BUG]);
  });

  it('ends it in one line with code 70: in a worker thread', async () => {
    const screen = await open('thread');
    screen.type('3');
    await screen.waitFor(/› replicas/u);
    screen.type('\u001B[B\u001B[B\u001B[B\u001B[B\u001B[B\u001B[B\u001B[B\u001B[B');
    await screen.waitFor(/› rate/u);
    screen.type('\r77\r');
    expect(printed(await screenAfter(screen, 70))).toEqual([BUG]);
  });
});

describe('the terminal UI gives the terminal back', () => {
  it.each([
    ['q', 'q', 0],
    ['Ctrl-C', '\u0003', 130],
  ])('after %s', async (_, key, code) => {
    const screen = await open();
    screen.type(key);
    expect(printed(await screenAfter(screen, code))).toEqual([]);
  });

  it('after Ctrl-C while it simulates', async () => {
    const screen = await open();
    screen.type('3');
    await screen.waitFor(/› replicas/u);
    screen.type('\u001B[C\u001B[C\u0003');
    expect(printed(await screenAfter(screen, 130))).toEqual([]);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('after %s', async (signal, code) => {
    const screen = await open();
    process.kill(pid(), signal);
    await screenAfter(screen, code);
  });

  it('to a terminal that is gone, and does not outlive it', async () => {
    const screen = await open();
    const child = pid();
    screen.close();
    await expect.poll(() => isAlive(child), { timeout: 60_000 }).toBe(false);
  });
});

function isAlive(child: number): boolean {
  try {
    process.kill(child, 0);
    return true;
  } catch {
    return false;
  }
}
