import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sim } from './cli-process.ts';

/**
 * The commands of docs/tuning.md are run, and what it shows is what they print.
 * `UPDATE_DOCS=1 npx vitest run test/integration/tuning-docs.test.ts` writes it anew.
 */
const DOCUMENT = new URL('../../docs/tuning.md', import.meta.url);
const BLOCK = /```console\n\$ npx sim (?<command>[^\n]+)\n(?<output>[^`]*)```/gu;

const blocks = [...readFileSync(DOCUMENT, 'utf8').matchAll(BLOCK)].map(({ groups }) => ({
  command: groups?.['command'] ?? '',
  output: groups?.['output'] ?? '',
}));

test('docs/tuning.md shows both commands', () => {
  expect(blocks.map(({ command }) => command.split(' ')[0])).toEqual(['tune', 'sweep']);
});

test.each(blocks)('sim $command', { timeout: 120_000 }, async ({ command, output }) => {
  const { stdout, exitCode } = await sim(command.split(' '));
  expect(exitCode).toBe(0);
  // A CSV's lines end with carriage returns, a document's do not.
  const printed = `${stdout.replaceAll('\r\n', '\n').trimEnd()}\n`;
  if (process.env['UPDATE_DOCS'] === undefined) expect(printed).toBe(output);
  else {
    const current = readFileSync(DOCUMENT, 'utf8');
    const updated = current.replace(BLOCK, (block, found: string) =>
      found === command ? `\`\`\`console\n$ npx sim ${command}\n${printed}\`\`\`` : block,
    );
    writeFileSync(DOCUMENT, updated);
  }
});
