import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { AnyOf, difference } from './compare.ts';
import { loadBindings, runVectorFile } from './run-vectors.ts';
import { readVectorFolder } from './vector-files.ts';

const bindings = await loadBindings();
const folder = fileURLToPath(new URL('./vectors/', import.meta.url));

/** Rules that the vectors' documentation describes although no case of these files shows them. */
const WITHOUT_OPEN_CASE = ['syncReplicaSet.availability', 'ActivePods.sort', 'createFailures'];

describe("Kubernetes' own tables", () => {
  for (const vectors of readVectorFolder(folder)) {
    for (const { fn, passed, failures, notCovered } of runVectorFile(vectors, bindings).functions) {
      it(`${vectors.file}: ${fn}`, () => {
        expect(failures.map((failure) => `${failure.case.name}: ${failure.difference}`)).toEqual([]);
        expect(notCovered).toEqual([]);
        expect(passed).toBeGreaterThan(0);
      });
    }
  }

  it.each(WITHOUT_OPEN_CASE)('%s is bound', (fn) => {
    expect(bindings[fn]).toBeTypeOf('function');
  });
});

describe('comparison', () => {
  it('looks at the keys of the row only, exactly', () => {
    expect(difference('f', { a: 1 }, { a: 1, b: 2 })).toBeNull();
    expect(difference('f', { a: 1 }, { a: 1.5 })).toBe('out.a: expected 1, is 1.5');
    expect(difference('f', { a: null }, {})).toBe('out.a: expected null, is nothing');
    expect(difference('f', { a: [1, 2] }, { a: [1] })).toBe('out.a: expected [1,2], is [1]');
  });

  it('takes bounds as bounds and either of two forms', () => {
    expect(difference('f', { totalAtMost: 5 }, { totalAtMost: 4 })).toBeNull();
    expect(difference('f', { totalAtMost: 5 }, { totalAtMost: 6 })).not.toBeNull();
    expect(difference('f', { availableAtLeast: 5 }, { availableAtLeast: 4 })).not.toBeNull();
    expect(difference('f', { a: 'x' }, { a: new AnyOf(1, 'x') })).toBeNull();
    expect(difference('f', { a: 'y' }, { a: new AnyOf(1, 'x') })).not.toBeNull();
  });

  it('skips a null only where the documentation says so', () => {
    expect(difference('revisionHistory', { history: [null] }, { history: ['1'] })).toBeNull();
    expect(difference('f', { history: [null] }, { history: ['1'] })).not.toBeNull();
  });
});

describe('the command', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'conformance-'));
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  const run = (...args: string[]) => spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });
  const vectors = (cases: unknown) => {
    writeFileSync(join(scratch, 'some.json'), JSON.stringify({ header: {}, cases }));
  };

  afterAll(() => {
    rmSync(scratch, { recursive: true });
  });

  it('counts what passed, failed and is not covered, and ends with 1 for a failure', () => {
    vectors([
      { name: 'right', fn: 'Parse', in: { text: '7' }, out: { value: 7 } },
      { name: 'wrong', fn: 'Parse', in: { text: '7' }, out: { value: 8 } },
      { name: 'unknown', fn: 'NoSuchRule', in: {}, out: {} },
    ]);
    const { status, stdout } = run(scratch);
    expect(stdout).toContain('  Parse: 1 passed, 1 failed, 0 not covered\n    FAILED wrong\n');
    expect(stdout).toContain('in       {"text":"7"}\n      expected {"value":8}\n      actual   {"value":7}');
    expect(stdout).toContain('  NoSuchRule: 0 passed, 0 failed, 1 not covered\n    not covered unknown');
    expect(stdout).toContain('total: 1 passed, 1 failed, 1 not covered');
    expect(status).toBe(1);
  });

  it('ends with 0 when nothing failed', () => {
    vectors([{ name: 'right', fn: 'Parse', in: { text: '7' }, out: { value: 7 } }]);
    expect(run(scratch).status).toBe(0);
  });

  it('ends with 2 and one line for a missing folder, broken JSON and a file of another shape', () => {
    const missing = run(join(scratch, 'nowhere'));
    expect(missing.status).toBe(2);
    expect(missing.stderr).toMatch(/^conformance: cannot read the folder .*nowhere.*\n$/u);
    writeFileSync(join(scratch, 'some.json'), '{ "cases": [');
    expect(run(scratch)).toMatchObject({ status: 2, stderr: expect.stringContaining('some.json') as string });
    vectors({ name: 'not a list' });
    expect(run(scratch)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('no list of cases') as string,
    });
    vectors([{ name: 'no fn' }]);
    expect(run(scratch)).toMatchObject({ status: 2, stderr: expect.stringContaining('case 1') as string });
  });
});
