import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildProgram, type BuiltProgram } from './built-program.ts';
import { sim } from '../integration/cli-process.ts';
import { Terminal, type TerminalOptions } from './terminal.ts';

const [UP, DOWN, RIGHT, ENTER, ESCAPE, CTRL_C] = [
  '\u001B[A',
  '\u001B[B',
  '\u001B[C',
  '\r',
  '\u001B',
  '\u0003',
];

/** `20 runs` in the corner, not `3 of 20 runs`. */
const SETTLED = /(?<!of) \d+ runs *$/mu;

let program: BuiltProgram;
let terminal: Terminal | null = null;

beforeAll(async () => {
  program = await buildProgram();
});

afterEach(() => {
  terminal?.close();
  terminal = null;
});

afterAll(() => {
  program.remove();
});

function open(words: readonly string[], options: Partial<Omit<TerminalOptions, 'words'>> = {}): Terminal {
  terminal = new Terminal({ columns: 80, rows: 24, ...options, words: [program.main, 'tui', ...words] });
  return terminal;
}

/** Cleaned up: the normal screen is back, the cursor shown, the keys are the shell's. */
function expectCleanTerminal({ output, onAlternateScreen }: Terminal): void {
  expect(onAlternateScreen).toBe(false);
  expect(output.lastIndexOf('\u001B[?1049l')).toBeGreaterThan(output.lastIndexOf('\u001B[?1049h'));
  expect(output.lastIndexOf('\u001B[?25h')).toBeGreaterThan(output.lastIndexOf('\u001B[?25l'));
}

describe('sim tui in a terminal', () => {
  it('opens black-friday, tells the most pods during the surge, and tells them anew once maxSurge is changed', async () => {
    const screen = open(['--runs', '4']);
    await screen.waitFor(/black-friday-safe/u);
    screen.type('/patch textbook');
    await screen.waitFor(/› black-friday  /u);
    screen.type(ENTER);
    await screen.waitFor(SETTLED);
    screen.type('4');
    await screen.waitFor(/Ask about this scenario/u);
    screen.type('/max pods during surge');
    await screen.waitFor(/Ask: max pods during surge/u);
    screen.type(ENTER);
    const asked = await screen.waitFor(/pods by the controller’\S* +25/u);
    expect(asked).toMatch(/How many pods at most during the surge\? +(?:2[5-9]|3\d)/u);

    screen.type('3');
    await screen.waitFor(/maxSurge/u);
    screen.type(DOWN);
    await screen.waitFor(/› maxSurge +◂ 5 ▸/u);
    screen.type(`${RIGHT}${RIGHT}${RIGHT}`);
    const changed = await screen.waitFor(/settled: 4 paired runs/u);
    expect(changed).toMatch(/maxSurge +◂ 8 ▸ was 5/u);
    expect(changed).toMatch(/Most pods +25 +28 +\+3/u);
    screen.type('4');
    await screen.waitFor(/pods by the controller’\S* +25 +28 +\+3/u);

    // A typed value goes back to the first answer.
    screen.type('3');
    await screen.waitFor(/› maxSurge/u);
    screen.type(`${ENTER}5${ENTER}`);
    const back = await screen.waitFor(/as its files say/u);
    expect(back).toMatch(/◂ 5 ▸/u);
    screen.type('q');
    expect(await screen.exitCode()).toBe(0);
    expectCleanTerminal(screen);
  });

  it('applies the fix of a cause with one key', async () => {
    const screen = open(['prestop-wrong-order', '--runs', '3'], { columns: 100, rows: 30 });
    await screen.waitFor(SETTLED);
    screen.type('2');
    await screen.waitFor(/fix: .* → (?:none failed|[\d ]+ failed)/u);
    screen.type(ENTER);
    await screen.waitFor(/settings? changed/u);
    await screen.waitFor(/Failed none|Failed \d/u);
    screen.type('x');
    await screen.waitFor(/as its files say/u);
  });

  it('draws itself anew when the window changes, down to saying what size it needs', async () => {
    const screen = open(['recreate', '--runs', '2']);
    await screen.waitFor(/A new connection/u);
    screen.resize(120, 40);
    await screen.waitFor(/^─{120}$/mu);
    screen.resize(60, 20);
    await screen.waitFor(/needs a terminal of 80×24; it is 60×20/u);
    screen.resize(80, 24);
    const small = await screen.waitFor(/^─{80}$/mu);
    expect(small.split('\n').every((line) => line.length <= 80)).toBe(true);
  });

  it('leaves the terminal clean after Ctrl-C, also in the middle of its work', async () => {
    const screen = open(['black-friday']);
    await screen.waitFor(/Simulating|of 20 runs/u);
    screen.type(CTRL_C);
    expect(await screen.exitCode()).toBe(130);
    expectCleanTerminal(screen);
  });

  it('leaves the terminal clean when it is told to end', async () => {
    const screen = open(['recreate', '--runs', '2']);
    await screen.waitFor(/A new connection/u);
    screen.kill('SIGTERM');
    await screen.exitCode();
    expectCleanTerminal(screen);
  });

  it('uses no colour with NO_COLOR, and tells phases apart by shades', async () => {
    const screen = open(['recreate', '--runs', '2'], { env: { NO_COLOR: '1', FORCE_COLOR: '0' } });
    const text = await screen.waitFor(/A new connection/u);
    expect(text).toMatch(/█ ready {2}▒ terminating {2}░ starting/u);
    // eslint-disable-next-line no-control-regex
    expect(screen.output).not.toMatch(/\u001B\[(?:3[0-7]|4[0-7]|9[0-7]|38|48)[;m]/u);
  });

  it('moves through time, and tells what would happen to a request', async () => {
    const screen = open(['recreate', '--runs', '2']);
    await screen.waitFor(/A new connection: 100 % fail/u);
    screen.type('\u001B[H');
    await screen.waitFor(/▲ 0\.0 s/u);
    screen.type('n');
    await screen.waitFor(/since 5\.0 s: apply deployment\/ledger/u);
    screen.type(UP);
    screen.type('?');
    await screen.waitFor(/Everywhere/u);
    screen.type(ESCAPE);
    await screen.waitFor(/since 5\.0 s/u);
    screen.type(ESCAPE);
    await screen.waitFor(/› recreate/u);
  });
});

describe('sim tui without a terminal', () => {
  it('says what to do, and ends with code 3', async () => {
    const { exitCode, stdout, stderr } = await sim(['tui', 'recreate']);
    expect(exitCode).toBe(3);
    expect(stdout).toBe('');
    expect(stderr).toBe('sim tui needs a terminal; sim run recreate prints the same prediction without one.');
  });

  it('costs nothing to those who do not use it', async () => {
    const { stdout } = await sim(['tui', '--help']);
    expect(stdout).toContain('look at a scenario, change it and ask, in the terminal');
  });
});
