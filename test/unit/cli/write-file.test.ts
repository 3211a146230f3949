/** What a command may write to: a record is a file. */
import { lstatSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CommandError } from '../../../src/cli/command-error.ts';
import type { Context } from '../../../src/cli/context.ts';
import { replayCommand } from '../../../src/cli/replay.ts';
import { refuseIrregular } from '../../../src/cli/write-file.ts';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollout-sim-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function refusal(path: string): CommandError {
  return new CommandError(2, `${path} is no regular file, and a record is kept as one.`);
}

describe('a place for a record', () => {
  test('may be free or hold an earlier one', () => {
    const path = join(folder, 'record.json');
    expect(() => refuseIrregular(path)).not.toThrow();
    writeFileSync(path, '{}');
    expect(() => refuseIrregular(path)).not.toThrow();
  });

  test.each(['record', 'requests'])(
    'of a replay that leads to a device is refused before anything is done: %s',
    async (which) => {
      const name = which === 'record' ? 'device.json' : 'other.requests.ndjson.gz';
      const path = join(folder, name);
      const out = which === 'record' ? path : join(folder, 'other.json');
      symlinkSync('/dev/null', path);
      const flags = { out, baseline: 1000, set: [], seed: 1 };
      // A context would be needed for whatever came first.
      await expect(replayCommand({} as Context, 'black-friday', flags)).rejects.toEqual(refusal(path));
      expect(lstatSync(path).isSymbolicLink()).toBe(true);
    },
  );

  test.each(['/dev/null', tmpdir()])('is no device and no folder: %s', (path) => {
    expect(() => refuseIrregular(path)).toThrow(refusal(path));
  });
});
