/** A generator's process that never says that it is ready does not go on by itself. */
import { describe, expect, test } from 'vitest';
import { EnvironmentError } from '../../../../src/harness/environment-error.ts';
import { started } from '../../../../src/harness/load/started.ts';

const NEVER = new Promise<void>(() => undefined);

function killed(): { readonly signals: unknown[]; readonly kill: (signal?: unknown) => boolean } {
  const signals: unknown[] = [];
  return { signals, kill: (signal) => signals.push(signal) > 0 };
}

describe('the start of a generator', () => {
  test('that is ready leaves it running', async () => {
    const child = killed();
    await started(child, Promise.resolve(), new AbortController().signal);
    expect(child.signals).toEqual([]);
  });

  test('that takes too long is the environment’s failure, and kills it', async () => {
    const child = killed();
    const failed = started(child, NEVER, undefined, 10);
    await expect(failed).rejects.toThrow(EnvironmentError);
    await expect(failed).rejects.toThrow('The load generator has not started within 0.01 s.');
    expect(child.signals).toEqual(['SIGKILL']);
  });

  test.each(['before', 'after'])('that is called off %s it was asked for kills it', async (when) => {
    const child = killed();
    const interruption = new AbortController();
    const reason = new Error('Ctrl-C');
    if (when === 'before') interruption.abort(reason);
    const failed = started(child, NEVER, interruption.signal);
    interruption.abort(reason);
    await expect(failed).rejects.toBe(reason);
    expect(child.signals).toEqual(['SIGKILL']);
  });

  test('that fails kills what is left of it', async () => {
    const child = killed();
    const broken = new EnvironmentError('no free port');
    await expect(started(child, Promise.reject(broken), undefined)).rejects.toBe(broken);
    expect(child.signals).toEqual(['SIGKILL']);
  });
});
