/**
 * The schema of scenario.yaml for editors, which show the fields' descriptions as help.
 */
import * as z from 'zod';
import { scenarioSchema } from './scenario-schema.ts';

/** JSON Schema (draft-07) of what a user may write; defaults are described in words, in the user's own notation. */
export function scenarioJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...schema } = z.toJSONSchema(scenarioSchema, {
    target: 'draft-07',
    io: 'input',
    override: ({ jsonSchema }) => {
      // zod gives defaults after reading (2000 for 2s), which would mislead; the reference names them in the user's notation.
      delete jsonSchema.default;
    },
  });
  return {
    $schema,
    title: 'Scenario of rollout-sim',
    ...schema,
  };
}
