/**
 * `npm run conformance -- DIR`: runs every vector file of a folder against the model and says per rule what
 * passed. Exit code 1: a case failed; 2: the folder or a file cannot be used.
 */
import { fileURLToPath } from 'node:url';
import { loadBindings, runVectorFile, type FileResult, type FunctionResult } from './run-vectors.ts';
import { BadVectorsError, readVectorFolder, type VectorFile } from './vector-files.ts';

const BUNDLED = fileURLToPath(new URL('./vectors/', import.meta.url));

function describeFunction({ fn, passed, failures, notCovered }: FunctionResult): string[] {
  const counts = `${passed} passed, ${failures.length} failed, ${notCovered.length} not covered`;
  return [
    `  ${fn}: ${counts}`,
    ...failures.flatMap(({ case: { name, in: input, out }, actual, difference }) => [
      `    FAILED ${name}`,
      `      ${difference}`,
      `      in       ${JSON.stringify(input)}`,
      `      expected ${JSON.stringify(out)}`,
      `      actual   ${JSON.stringify(actual)}`,
    ]),
    ...notCovered.map((name) => `    not covered ${name}`),
  ];
}

function total(results: readonly FileResult[], count: (result: FunctionResult) => number): number {
  return results.flatMap(({ functions }) => functions).reduce((sum, result) => sum + count(result), 0);
}

async function main(folder: string): Promise<number> {
  let files: VectorFile[];
  try {
    files = readVectorFolder(folder);
  } catch (error) {
    if (!(error instanceof BadVectorsError)) throw error;
    console.error(`conformance: ${error.message}`);
    return 2;
  }
  const bindings = await loadBindings();
  const results = files.map((file) => runVectorFile(file, bindings));
  for (const { file, functions } of results) {
    console.log([file, ...functions.flatMap(describeFunction)].join('\n'));
  }
  const failed = total(results, (result) => result.failures.length);
  const passed = total(results, (result) => result.passed);
  const notCovered = total(results, (result) => result.notCovered.length);
  console.log(`total: ${passed} passed, ${failed} failed, ${notCovered} not covered`);
  return failed > 0 ? 1 : 0;
}

process.exitCode = await main(process.argv[2] ?? BUNDLED);
