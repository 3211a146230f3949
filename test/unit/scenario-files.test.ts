import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FILE_BYTES_MAX, readScenarioFiles } from '../../src/scenario-files.ts';
import { loadScenario } from '../../src/scenario/load.ts';

const GOOD = fileURLToPath(new URL('../fixtures/good', import.meta.url));

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollout-sim-files-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const SCENARIO = `apiVersion: rollout-sim/v1
kind: Scenario
metadata: { name: x }
spec:
  before: [app.yaml]
  traffic: { service: x, rate: 1 }
`;

/** Codes with their lines after the file that \`before\` names has been put in place. */
function codesWith(place: (path: string) => void, scenario: string = SCENARIO): readonly string[] {
  writeFileSync(join(folder, 'scenario.yaml'), scenario);
  place(join(folder, 'app.yaml'));
  return loadScenario(readScenarioFiles(folder)).diagnostics.map(
    ({ code, location }) => `${code} ${location.file}:${location.line}:${location.column}`,
  );
}

/** A folder that holds a link to its own parent. */
function loop(path: string): void {
  mkdirSync(path);
  symlinkSync('..', join(path, 'up'));
}

describe('a manifest that cannot be read is a diagnostic where the scenario names it', () => {
  test.each<readonly [string, string, (path: string) => void]>([
    ['missing', 'E110', () => {}],
    ['a link to nothing', 'E110', (path) => symlinkSync('nowhere.yaml', path)],
    ['a link to itself', 'E114', (path) => symlinkSync('app.yaml', path)],
    [
      'links in a circle',
      'E114',
      (path) => {
        symlinkSync('other.yaml', path);
        symlinkSync('app.yaml', join(folder, 'other.yaml'));
      },
    ],
    ['too large', 'E112', (path) => writeFileSync(path, '#'.repeat(FILE_BYTES_MAX + 1))],
    ['binary', 'E113', (path) => writeFileSync(path, Uint8Array.from([0x61, 0, 0x62]))],
    ['not UTF-8', 'E113', (path) => writeFileSync(path, Uint8Array.from([0x61, 0xff, 0xfe]))],
    ['an empty folder', 'E107', (path) => mkdirSync(path)],
    ['a device without end', 'E111', (path) => symlinkSync('/dev/zero', path)],
  ])('%s: %s', (_what, code, place) => {
    expect(codesWith(place)).toEqual([`${code} scenario.yaml:5:12`]);
  });

  test('a circle of folders is no hang', () => {
    expect(codesWith(loop).toSorted()).toEqual(['E107 scenario.yaml:5:12', 'W205 scenario.yaml:5:12']);
  });

  test('a profile file that is a folder', () => {
    const scenario = SCENARIO.replace('spec:\n', 'spec:\n  cluster: { profile: app.yaml }\n').replace(
      '[app.yaml]',
      '[b.yaml]',
    );
    expect(codesWith((path) => mkdirSync(path), scenario)).toContain('E111 scenario.yaml:5:23');
  });
});

describe('the scenario itself', () => {
  test.each([
    ['a folder without scenario.yaml', () => folder],
    ['a folder that is not there', () => join(folder, 'nowhere')],
    ['a bundled name that is none', () => 'no-such-scenario'],
  ])('%s is an error with a place', (_what, name) => {
    const { scenario, diagnostics } = loadScenario(readScenarioFiles(name()));
    expect(scenario).toBeNull();
    expect(diagnostics).toMatchObject([
      { code: 'E110', location: { file: 'scenario.yaml', line: 1, column: 1 } },
    ]);
  });

  test('may be named by its file, and by a bare name when it is bundled', () => {
    expect(loadScenario(readScenarioFiles(join(GOOD, 'scenario.yaml'))).scenario?.name).toBe('small-shop');
    expect(loadScenario(readScenarioFiles('black-friday')).scenario?.name).toBe('black-friday');
  });

  test('may use files of its neighbours', () => {
    mkdirSync(join(folder, 'a'));
    writeFileSync(
      join(folder, 'shared.yaml'),
      'apiVersion: v1\nkind: Service\nmetadata: { name: x }\nspec: { selector: { a: b }, ports: [{ port: 1 }] }\n',
    );
    writeFileSync(join(folder, 'a', 'scenario.yaml'), SCENARIO.replace('app.yaml', '../shared.yaml'));
    const { diagnostics } = loadScenario(readScenarioFiles(join(folder, 'a')));
    expect(diagnostics).toMatchObject([{ code: 'E402', location: { file: '../shared.yaml', line: 4 } }]);
  });

  test('reads the files that a setting names', () => {
    const set = ['spec.before[0]=manifests/app.yaml', 'spec.before[1]=manifests/others.yml'];
    expect(loadScenario(readScenarioFiles(GOOD, set), { set }).diagnostics).toEqual([]);
  });
});

describe('profiles', () => {
  test('from a file, with what it leaves out from its base', () => {
    writeFileSync(
      join(folder, 'mine.yaml'),
      'name: mine\nbase: large\nuncertainty: 0.1\nlatencies:\n  apiCall: { kind: lognormal, p50: 4, p99: 9 }\n  watch: 3ms\n',
    );
    const set = [`cluster.profile=${join(folder, 'mine.yaml')}`];
    const { scenario, diagnostics } = loadScenario(readScenarioFiles(GOOD, set), { set });
    expect(diagnostics).toEqual([]);
    expect(scenario?.profile).toMatchObject({
      name: 'mine',
      uncertainty: 0.1,
      latencies: {
        apiCall: { kind: 'lognormal', p50: 4, p99: 9 },
        watch: { kind: 'constant', value: 3 },
        proxySync: { kind: 'uniform', min: 500, max: 3000 },
      },
    });
  });

  test('written into the scenario are checked at their lines', () => {
    const text = SCENARIO.replace(
      'spec:\n',
      'spec:\n  cluster:\n    profile:\n      latencies:\n        wach: 3ms\n        apiCall: fast\n',
    );
    const codes = codesWith(() => {}, text);
    expect(codes).toEqual(expect.arrayContaining(['E201 scenario.yaml:8:9', 'E209 scenario.yaml:9:18']));
  });
});
