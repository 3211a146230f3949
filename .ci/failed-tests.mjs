// What failed by a report of vitest's JSON reporter, a line each and the first lines of its message:
//     node .ci/failed-tests.mjs TITLE REPORT
// Plain JavaScript: it runs on whatever Node.js is there, the pinned one may be what could not be installed.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

const MESSAGE_LINES = 12;

const [title, report] = process.argv.slice(2);
const { testResults } = JSON.parse(readFileSync(report, 'utf8'));

function tell(heading, message) {
  const lines = stripVTControlCharacters(message)
    .split('\n')
    .filter((line) => !line.includes('/node_modules/'))
    .slice(0, MESSAGE_LINES);
  console.log([`FAILED: ${title}: ${heading}`, ...lines.map((line) => `    ${line}`)].join('\n'));
}

for (const { name, status, message, assertionResults } of testResults) {
  const file = relative(process.cwd(), name);
  const failed = assertionResults.filter((result) => result.status === 'failed');
  for (const { fullName, failureMessages } of failed)
    tell(`${file} > ${fullName}`, failureMessages.join('\n'));
  if (status === 'failed' && failed.length === 0) tell(file, message);
}
