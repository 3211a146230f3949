import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sim } from './cli-process.ts';

/**
 * The README's commands are run, and what it shows is what they print.
 * `UPDATE_README=1 npx vitest run test/integration/readme.test.ts` writes it anew.
 */
const README = new URL('../../README.md', import.meta.url);
const BLOCK = /```console\n\$ npx sim (?<command>[^\n]+)\n(?<output>[^`]*)```/gu;

const text = readFileSync(README, 'utf8');
const blocks = [...text.matchAll(BLOCK)].map(({ groups }) => ({
  command: groups?.['command'] ?? '',
  output: groups?.['output'] ?? '',
}));

test('the README shows at least three commands', () => {
  expect(blocks.length).toBeGreaterThanOrEqual(3);
});

test.each(blocks)('sim $command', { timeout: 120_000 }, async ({ command, output }) => {
  const [line = '', head] = command.split(' | head -');
  const { stdout, exitCode } = await sim(words(line));
  expect(exitCode).toBe(0);
  const shown = stdout.split('\n').slice(0, head === undefined ? undefined : Number(head));
  const printed = `${shown.join('\n')}\n`;
  if (process.env['UPDATE_README'] === undefined) expect(printed).toBe(output);
  else rewrite(command, printed);
});

test('the figures under Speed are those of the report', () => {
  const report = readFileSync(new URL('../../reports/bench.md', import.meta.url), 'utf8').split('\n');
  const section = text.slice(text.indexOf('## Speed'), text.indexOf('## Limits'));
  const rows = section.split('\n').filter((line) => /^\|.*\d/u.test(line));
  expect(rows.length).toBeGreaterThanOrEqual(3);
  for (const row of rows) {
    const [what = '', median = '', range = ''] = row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    const found = report.some((line) => [`| ${what} `, median, range].every((part) => line.includes(part)));
    expect(found, row).toBe(true);
  }
});

/** Splits a command line as a shell does, as far as the README uses it: blanks and single quotes. */
function words(command: string): string[] {
  return (command.match(/'[^']*'|\S+/gu) ?? []).map((word) => word.replace(/^'(.*)'$/u, '$1'));
}

function rewrite(command: string, stdout: string): void {
  const current = readFileSync(README, 'utf8');
  const updated = current.replace(BLOCK, (block, found: string) =>
    found === command ? `\`\`\`console\n$ npx sim ${command}\n${stdout}\`\`\`` : block,
  );
  writeFileSync(README, updated);
}
