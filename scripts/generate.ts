/**
 * Writes the files that are generated from the source: `npm run generate`. A test holds them fresh.
 */
import { writeFileSync } from 'node:fs';
import { diagnosticsReference } from '../src/scenario/diagnostics-reference.ts';
import { scenarioJsonSchema } from '../src/scenario/json-schema.ts';
import { chaosTypes } from './chaos-types.ts';

const root = new URL('../', import.meta.url);

writeFileSync(
  new URL('scenarios/scenario.schema.json', root),
  `${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`,
);
writeFileSync(new URL('docs/diagnostics.generated.md', root), diagnosticsReference());
writeFileSync(new URL('src/scenario/chaos/chaos-mesh.generated.ts', root), await chaosTypes());
