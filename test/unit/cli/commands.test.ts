import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildCommands } from '../../../src/cli/commands.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
/** A value that a file imports or re-exports when it is loaded; types and `import()` are not. */
const STATIC_IMPORT = /^(?:import|export) (?!type )(?:[^'"]*? from )?['"](\.[^'"]+)['"]/gmu;

/** Every file of the project that loading `entry` loads. */
function loadedBy(entry: string): string[] {
  const loaded = new Set<string>();
  const load = (path: string): void => {
    if (loaded.has(path)) return;
    loaded.add(path);
    for (const [, name = ''] of readFileSync(path, 'utf8').matchAll(STATIC_IMPORT)) {
      load(join(dirname(path), name));
    }
  };
  load(join(ROOT, entry));
  return [...loaded].map((path) => relative(ROOT, path)).toSorted();
}

describe('the commands', () => {
  it('do not load the simulator before one of them is carried out', () => {
    const loaded = loadedBy('src/cli/program.ts');
    expect(loaded).toContain('src/cli/tune-command.ts');
    expect(loaded.filter((path) => /^src\/(?:model|tui|harness|index)/u.test(path))).toEqual([]);
  });

  it('load it then', () => {
    const loaded = loadedBy('src/cli/tune.ts');
    expect(loaded.some((path) => path.startsWith('src/model/'))).toBe(true);
  });
});

describe('--runs', () => {
  const runs = buildCommands(async () => {}).commands.flatMap((command) =>
    command.options
      .filter(({ long }) => long === '--runs')
      .map((option) => [command.name(), option] as const),
  );

  it('is an option of the commands that predict', () => {
    expect(runs.map(([name]) => name)).toEqual(
      expect.arrayContaining(['run', 'explain', 'what-if', 'verify']),
    );
  });

  it.each(runs)('of %s has an upper bound', (_, option) => {
    expect(option.parseArg?.('10000', undefined)).toBe(10_000);
    expect(() => option.parseArg?.('10001', undefined)).toThrow(/to 10000/u);
    expect(() => option.parseArg?.('999999999999', undefined)).toThrow(/to 10000/u);
  });
});

describe('the help', () => {
  const commands = buildCommands(async () => {}).commands;

  it.each(commands.map((command) => [command.name(), command] as const))(
    'of %s names defaults as they are typed',
    (_, command) => {
      expect(command.helpInformation()).not.toContain('default: []');
      for (const option of command.options.filter(({ flags }) => flags.includes('<duration>'))) {
        if (option.defaultValue !== undefined) expect(option.defaultValueDescription).toMatch(/^\d+m?s$/u);
      }
    },
  );
});
