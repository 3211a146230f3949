/**
 * Every folder of test/fixtures/broken lays one broken file over `base` and names, in `expected`, the diagnostic that
 * must come of it: code, file, and where it matters line and column.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readScenarioFiles } from '../../../src/scenario-files.ts';
import type { FileEntry, ScenarioFiles } from '../../../src/scenario/file-set.ts';
import { loadScenario } from '../../../src/scenario/load.ts';

const CORPUS = fileURLToPath(new URL('../../fixtures/broken/', import.meta.url));
const BASE = readScenarioFiles(join(CORPUS, 'base'));
const CASES = readdirSync(CORPUS).filter((name) => name !== 'base');

/** The base scenario with the case's own files instead; only what the scenario names is there, as on disk. */
function overlay(name: string): ScenarioFiles {
  const folder = join(CORPUS, name);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile() && file.name !== 'expected')
    .map((file) => join(file.parentPath, file.name));
  const own = Object.fromEntries(
    files.map((file): [string, FileEntry] => [
      relative(folder, file),
      { kind: 'text', text: readFileSync(file, 'utf8') },
    ]),
  );
  const entries = { ...BASE.entries, ...own };
  return { ...BASE, entries };
}

describe('broken scenarios', () => {
  test('the base itself is sound', () => {
    expect(loadScenario(BASE)).toMatchObject({ diagnostics: [], scenario: { name: 'base' } });
  });

  test('there are at least sixty of them', () => {
    expect(CASES.length).toBeGreaterThanOrEqual(60);
  });

  test.each(CASES)('%s', (name) => {
    const expected = readFileSync(join(CORPUS, name, 'expected'), 'utf8').trim();
    const { scenario, diagnostics } = loadScenario(overlay(name));
    expect(scenario).toBeNull();
    const found = diagnostics.map(
      ({ code, location: { file, line, column } }) => `${code} ${file}:${line}:${column}`,
    );
    expect(
      found.some((text) => text === expected || text.startsWith(`${expected}:`)),
      `${expected} among ${found.join(', ')}`,
    ).toBe(true);
    for (const { message, location } of diagnostics) {
      expect(message).not.toMatch(/undefined|\[object|NaN/u);
      expect(location.line).toBeGreaterThanOrEqual(1);
      expect(location.column).toBeGreaterThanOrEqual(1);
    }
  });
});
