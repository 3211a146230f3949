import { describe, expect, it } from 'vitest';
import { lastWords, runCommand } from '../../../src/harness/command.ts';

function timers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
}

describe('a command', () => {
  it('that is missing is told at once, and nothing waits for its time to be over', async () => {
    const before = timers();
    const ended = await runCommand('no-such-program', [], { timeoutMs: 60_000 });
    expect(ended).toMatchObject({ exitCode: null, missing: true, timedOut: false });
    expect(timers()).toBe(before);
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
