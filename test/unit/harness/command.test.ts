import { describe, expect, it } from 'vitest';
import { lastWords, runCommand } from '../../../src/harness/command.ts';

const MODULE = new URL('../../../src/harness/command.ts', import.meta.url).href;

describe('a command', () => {
  it('that is missing is told at once, and nothing waits for its time to be over', async () => {
    // In a process of its own, which a timer that is left would keep from ending.
    const script = `
      import { runCommand } from ${JSON.stringify(MODULE)};
      console.log(JSON.stringify(await runCommand('no-such-program', [], { timeoutMs: 600_000 })));
    `;
    const words = ['--input-type=module', '--eval', script];
    const asked = await runCommand(process.execPath, words, { timeoutMs: 25_000 });
    expect(asked).toMatchObject({ exitCode: 0, timedOut: false, stderr: '' });
    expect(JSON.parse(asked.stdout)).toMatchObject({ exitCode: null, missing: true, timedOut: false });
  });

  it('that takes too long is ended, and says so', async () => {
    const ended = await runCommand(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
      timeoutMs: 100,
    });
    expect(ended).toMatchObject({ exitCode: null, missing: false, timedOut: true });
    expect(lastWords(ended)).toBe('it took too long');
  });

  it('that ends in its time gives its output and its code', async () => {
    const script = 'console.log("out"); console.error("cannot go on"); process.exitCode = 7';
    const ended = await runCommand(process.execPath, ['-e', script], { timeoutMs: 60_000 });
    expect(ended).toEqual({
      exitCode: 7,
      missing: false,
      timedOut: false,
      stdout: 'out',
      stderr: 'cannot go on',
    });
    expect(lastWords(ended)).toBe('cannot go on');
  });
});
