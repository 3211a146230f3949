import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { diagnosticsReference } from '../../../src/scenario/diagnostics-reference.ts';
import { DIAGNOSTIC_CODES } from '../../../src/scenario/diagnostic-codes.ts';
import { scenarioJsonSchema } from '../../../src/scenario/json-schema.ts';
import { chaosTypes } from '../../../scripts/chaos-types.ts';

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

interface Node {
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
  readonly additionalProperties?: Node | boolean;
  readonly description?: string;
}

/** Every field's path with its schema: lists add [], maps with free keys add .KEY. */
function fieldsOf(node: Node, path: string): readonly (readonly [string, Node])[] {
  const nested = [
    ...Object.entries(node.properties ?? {}).flatMap(([key, child]) =>
      fieldWithNested(child, path === '' ? key : `${path}.${key}`),
    ),
    ...(node.anyOf ?? []).flatMap((branch) => fieldsOf(branch, path)),
    ...(node.items === undefined ? [] : fieldsOf(node.items, `${path}[]`)),
  ];
  return typeof node.additionalProperties === 'object'
    ? [...nested, ...fieldsOf(node.additionalProperties, `${path}.KEY`)]
    : nested;
}

function fieldWithNested(node: Node, path: string): readonly (readonly [string, Node])[] {
  const nested = fieldsOf(node, path);
  return [[path, node], ...nested];
}

const DISTRIBUTION = /\.(?:lognormal|uniform|exponential|gamma|empirical)(?:\.|$)/u;
const FIELDS = fieldsOf(scenarioJsonSchema(), '');

describe('generated files', () => {
  test('the editor schema is fresh: npm run generate', () => {
    expect(read('scenarios/scenario.schema.json')).toBe(`${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`);
  });

  test('the reference of diagnostics is fresh: npm run generate', () => {
    expect(read('docs/diagnostics.generated.md')).toBe(diagnosticsReference());
  });

  test('the types of Chaos Mesh are fresh: npm run generate', async () => {
    expect(read('src/scenario/chaos/chaos-mesh.generated.ts')).toBe(await chaosTypes());
  });

  test('the reference of diagnostics holds every code once', () => {
    const listed = [...diagnosticsReference().matchAll(/^\| ([EW]\d{3}) \|/gmu)].map(([, code]) => code);
    expect(listed.length).toBe(Object.keys(DIAGNOSTIC_CODES).length);
    expect(new Set(listed)).toEqual(new Set(Object.keys(DIAGNOSTIC_CODES)));
  });

  test('no code is without a place that gives it', () => {
    const folder = new URL('../../../src/', import.meta.url);
    const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      (name) => name.endsWith('.ts') && !name.endsWith('-codes.ts'),
    );
    const text = sources.map((name) => readFileSync(new URL(name, folder), 'utf8')).join('');
    expect(Object.keys(DIAGNOSTIC_CODES).filter((code) => !text.includes(`'${code}'`))).toEqual([]);
  });

  test('every field has a description for editors', () => {
    const bare = FIELDS.filter(([path, node]) => !DISTRIBUTION.test(path) && (node.description ?? '') === '');
    expect(bare.map(([path]) => path)).toEqual([]);
  });

  test('docs/scenario-reference.md names exactly the fields of the schema', () => {
    let section = '';
    const documented: string[] = [];
    for (const line of read('docs/scenario-reference.md').split('\n')) {
      const heading = /^## (.+)$/u.exec(line)?.[1];
      if (heading !== undefined) section = heading;
      const field = /^\| `(\w+)` /u.exec(line)?.[1];
      if (field !== undefined) documented.push(section === 'top level' ? field : `${section}.${field}`);
    }
    // The fields of a version are those of its workload.
    const known = FIELDS.map(([path]) => path).filter(
      (path) => !DISTRIBUTION.test(path) && !path.includes('.versions.'),
    );
    expect(documented.length).toBe(new Set(documented).size);
    expect(new Set(documented)).toEqual(new Set(known));
  });
});
