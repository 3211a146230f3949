import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sim } from '../integration/cli-process.ts';

/**
 * The commands in the README and in docs/ are run, and what is shown is what they print.
 * `UPDATE_README=1 npm run test:sessions -- readme` writes it anew.
 */
const ROOT = new URL('../../', import.meta.url);
const README = new URL('README.md', ROOT);
const DOCUMENTS = readdirSync(new URL('docs/', ROOT))
  .filter((name) => name.endsWith('.md') && !name.endsWith('.generated.md'))
  .map((name) => new URL(`docs/${name}`, ROOT));
const BLOCK = /```console\n\$ npx sim (?<command>[^\n]+)\n(?<output>[^`]*)```/gu;

const text = readFileSync(README, 'utf8');
const blocks = [README, ...DOCUMENTS].flatMap((document) =>
  [...readFileSync(document, 'utf8').matchAll(BLOCK)].map(({ groups }) => ({
    document,
    command: groups?.['command'] ?? '',
    output: groups?.['output'] ?? '',
  })),
);

test('the README shows at least three commands', () => {
  expect(blocks.filter(({ document }) => document === README).length).toBeGreaterThanOrEqual(3);
});

test.each(blocks)('sim $command', async ({ document, command, output }) => {
  const [line = '', head] = command.split(' | head -');
  const { stdout, exitCode } = await sim(words(line));
  // A search that finds something to break says so with its exit code too.
  expect(exitCode).toBe(stdout.includes('\nfaults:\n') ? 1 : 0);
  // A CSV's lines end with carriage returns, a document's do not.
  const shown = stdout
    .replaceAll('\r\n', '\n')
    .split('\n')
    .slice(0, head === undefined ? undefined : Number(head));
  const printed = `${shown.join('\n')}\n`;
  if (process.env['UPDATE_README'] === undefined) expect(printed).toBe(output);
  else rewrite(document, command, printed);
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

/** Splits a command line as a shell does, as far as the README uses it: blanks and quotes. */
function words(command: string): string[] {
  return (command.match(/'[^']*'|"[^"]*"|\S+/gu) ?? []).map((word) => word.replace(/^(['"])(.*)\1$/u, '$2'));
}

function rewrite(document: URL, command: string, stdout: string): void {
  const current = readFileSync(document, 'utf8');
  const updated = current.replace(BLOCK, (block, found: string) =>
    found === command ? `\`\`\`console\n$ npx sim ${command}\n${stdout}\`\`\`` : block,
  );
  writeFileSync(document, updated);
}
