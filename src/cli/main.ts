#!/usr/bin/env node
/**
 * Entry of the `sim` program. It imports nothing that an old Node.js could not load, so that the version check can
 * speak before anything breaks.
 */
import { setFlagsFromString } from 'node:v8';
import { ExitCode } from './exit-code.ts';
import { nodeVersionProblem } from './node-version.ts';

const problem = nodeVersionProblem(process.versions.node);
if (problem === null) {
  // V8 learns from a run's objects, which all live until its end, to put their like among the long-lived ones at once.
  // There they keep the rest of their run alive long after it, which is then copied again and again for nothing.
  setFlagsFromString('--no-allocation-site-pretenuring');
  const { runProgram } = await import('./program.ts');
  process.exitCode = await runProgram(process.argv.slice(2));
} else {
  process.stderr.write(`${problem}\n`);
  process.exitCode = ExitCode.environment;
}
