/**
 * Writes the files that are generated from the source: `npm run generate`. A test holds them fresh.
 */
import { writeFileSync } from 'node:fs';
import { recordJsonSchema } from '../src/record-schema.ts';
import { diagnosticsReference } from '../src/scenario/diagnostics-reference.ts';
import { scenarioJsonSchema } from '../src/scenario/json-schema.ts';
import { chaosTypes } from './chaos-types.ts';

const root = new URL('../', import.meta.url);

function writeJson(file: string, value: unknown): void {
  writeFileSync(new URL(file, root), `${JSON.stringify(value, null, 2)}\n`);
}

writeJson('scenarios/scenario.schema.json', scenarioJsonSchema());
writeJson('docs/record.schema.json', recordJsonSchema());
writeFileSync(new URL('docs/diagnostics.generated.md', root), diagnosticsReference());
writeFileSync(new URL('src/scenario/chaos/chaos-mesh.generated.ts', root), await chaosTypes());
