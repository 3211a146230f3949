#!/usr/bin/env node
/**
 * Entry of the `sim` program. It imports nothing that an old Node.js could not load, so that the version check can
 * speak before anything breaks.
 */
import { ExitCode } from './exit-code.ts';
import { nodeVersionProblem } from './node-version.ts';

const problem = nodeVersionProblem(process.versions.node);
if (problem === null) {
  const { runProgram } = await import('./program.ts');
  process.exitCode = await runProgram(process.argv.slice(2));
} else {
  process.stderr.write(`${problem}\n`);
  process.exitCode = ExitCode.environment;
}
