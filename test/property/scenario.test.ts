/**
 * Loading holds whatever the user writes: it never throws, and it ends with a scenario or with an error at a place.
 */
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readScenarioFiles } from '../../src/scenario-files.ts';
import type { ScenarioFiles } from '../../src/scenario/file-set.ts';
import { lintScenario } from '../../src/scenario/lint/lint.ts';
import { loadScenario } from '../../src/scenario/load.ts';

const FILES = readScenarioFiles(fileURLToPath(new URL('../fixtures/good', import.meta.url)));
const NAMES = Object.keys(FILES.entries).filter((name) => FILES.entries[name]?.kind === 'text');

function textOf(name: string): string {
  const entry = FILES.entries[name];
  return entry?.kind === 'text' ? entry.text : '';
}

/** The properties that every load must have, whatever went in. */
function checkLoad(files: ScenarioFiles, set: readonly string[] = []): void {
  const { scenario, diagnostics } = loadScenario(files, { set });
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  expect(scenario === null).toBe(errors.length > 0);
  for (const { message, location, code } of diagnostics) {
    expect(code).toMatch(/^[EW]\d{3}$/u);
    expect(message.length).toBeGreaterThan(0);
    expect(location.file).not.toBe('');
    expect(Number.isInteger(location.line) && location.line >= 1).toBe(true);
    expect(Number.isInteger(location.column) && location.column >= 1).toBe(true);
  }
  if (scenario === null) return;
  expect(structuredClone(scenario)).toEqual(scenario);
  expect(loadScenario(files, { set }).scenario?.digest).toBe(scenario.digest);
  lintScenario(scenario);
}

const SCALARS = [
  '',
  '~',
  'true',
  '-1',
  '0',
  '0.5',
  '1e999',
  '99999999999999999999',
  '.nan',
  '.inf',
  '0x1F',
  '2026-01-01',
  '[]',
  '{}',
  '[1, 2]',
  '{ a: 1 }',
  '&a [*a]',
  '*a',
  '!!binary aGk=',
  '"\\u0000"',
  '|',
  '>',
  '?',
  '<<: 1',
  '- x',
  '{{ .Values.x }}',
  '25%',
  '-5s',
  '5',
  '5 s',
  '10Gi',
  '100%',
  'null',
  "'",
  '"',
  '@',
  '%',
  '`',
  '\u{1F600}',
];

type Edit = (lines: string[]) => void;

const index = fc.nat(10_000);
const edit: fc.Arbitrary<Edit> = fc.oneof(
  index.map(
    (at): Edit =>
      (lines) =>
        void lines.splice(at % lines.length, 1),
  ),
  fc.tuple(index, index).map(([from, to]): Edit => (lines) => {
    lines.splice(to % lines.length, 0, lines[from % lines.length] ?? '');
  }),
  fc.tuple(index, index).map(([a, b]): Edit => (lines) => {
    const [i, j] = [a % lines.length, b % lines.length];
    [lines[i], lines[j]] = [lines[j] ?? '', lines[i] ?? ''];
  }),
  fc.tuple(index, fc.constantFrom(...SCALARS)).map(([at, scalar]): Edit => (lines) => {
    const i = at % lines.length;
    lines[i] = (lines[i] ?? '').replace(/: .*$/u, `: ${scalar}`);
  }),
  fc
    .tuple(index, index, fc.string({ unit: 'binary', maxLength: 4 }))
    .map(([at, column, text]): Edit => (lines) => {
      const i = at % lines.length;
      const line = lines[i] ?? '';
      const cut = column % (line.length + 1);
      lines[i] = line.slice(0, cut) + text + line.slice(cut);
    }),
  fc.tuple(index, fc.constantFrom(-2, -1, 1, 2)).map(([at, shift]): Edit => (lines) => {
    const i = at % lines.length;
    const line = lines[i] ?? '';
    lines[i] = shift > 0 ? ' '.repeat(shift) + line : line.replace(/^ {1,2}/u, '');
  }),
);

describe('loading', () => {
  test('stands any edit of a good scenario', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...NAMES),
        fc.array(edit, { minLength: 1, maxLength: 6 }),
        (name, edits) => {
          const lines = textOf(name).split('\n');
          for (const change of edits) if (lines.length > 0) change(lines);
          checkLoad({
            ...FILES,
            entries: { ...FILES.entries, [name]: { kind: 'text', text: lines.join('\n') } },
          });
        },
      ),
      { seed: 20_261_124, numRuns: 600 },
    );
  });

  test('stands arbitrary text', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc
        .array(fc.constantFrom(...SCALARS, '\n', '  ', 'a: ', '- ', '[', '{', ': ', 'kind: Service\n'), {
          maxLength: 60,
        })
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(fc.constantFrom(...NAMES), text, (name, content) => {
        checkLoad({ ...FILES, entries: { ...FILES.entries, [name]: { kind: 'text', text: content } } });
      }),
      { seed: 7, numRuns: 400 },
    );
  });

  test('stands values of any shape in any field', () => {
    const paths = [
      'traffic',
      'traffic.rate',
      'traffic.clients.retries',
      'cluster',
      'cluster.nodes',
      'cluster.profile',
      'changes',
      'changes[0]',
      'changes[1].apply',
      'workload',
      'workload.shop.boot',
      'workload.shop.onSigterm',
      'expect',
      'limits',
      'before',
      'before[0]',
      'deployment/shop.spec',
      'deployment/shop.spec.strategy',
      'deployment/shop.spec.template',
      'deployment/shop.metadata',
      'deployment/shop.spec.template.spec.containers',
      'deployment/shop.spec.template.spec.containers[0].lifecycle.preStop',
      'deployment/shop.spec.template.spec.containers[web].env',
      'deployment/shop.spec.template.spec.volumes',
      'service/shop.spec',
      'service/shop.spec.ports',
      'job/shop-migration.spec.template.spec',
      'poddisruptionbudget/shop.spec',
      'metadata',
      'spec',
      'kind',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue({ maxDepth: 3 }), (path, value) => {
        checkLoad(FILES, [`${path}=${JSON.stringify(value)}`]);
      }),
      {
        seed: 11,
        numRuns: 400,
        // Names that every object inherits.
        examples: [
          ['traffic.rate', { toString: false }],
          ['cluster.nodes', { memory: { toString: '' } }],
          ['deployment/shop.spec', { constructor: 1, template: { valueOf: {} } }],
          ['workload', { constructor: { toString: 1 } }],
        ],
      },
    );
  });

  test('stands any text as a setting', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ maxLength: 40 }),
          fc.string({ maxLength: 20 }).map((text) => `deployment/shop.${text}=1`),
        ),
        (set) => {
          checkLoad(FILES, [set]);
        },
      ),
      { seed: 13, numRuns: 300 },
    );
  });
});
