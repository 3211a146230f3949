/**
 * Rules about the repository itself that no other tool holds: sizes, names, words, links and cited rules.
 * Function sizes and import directions are the linter's, unused code is knip's, generated files have a test of their own.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import RULE_IDS from './rule-ids.json' with { type: 'json' };

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const NOT_OURS = new Set(['.git', 'node_modules', 'dist', 'coverage', 'third-party']);
const LINES_MAX = 400;
const MEDIAN_LINES_MAX = 120;

const FILES = walk(ROOT);
const SOURCES = FILES.filter((file) => /\.tsx?$/u.test(file) && !file.includes('.generated.'));
const TEXTS = FILES.filter(
  (file) =>
    /\.(?:tsx?|json|ya?ml|md)$/u.test(file) &&
    !file.endsWith('.generated.ts') &&
    file !== 'package-lock.json',
);
const MARKDOWN = FILES.filter((file) => file.endsWith('.md'));

/** Paths relative to the root, with forward slashes, in order. */
function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !NOT_OURS.has(name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? walk(path) : [relative(ROOT, path).split(sep).join('/')];
    })
    .sort();
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

function lines(file: string): number {
  return read(file).split('\n').length - 1;
}

/** `file:line text` of every line that a pattern matches. */
function matches(files: readonly string[], pattern: RegExp): string[] {
  return files.flatMap((file) =>
    read(file)
      .split('\n')
      .flatMap((text, index) => (pattern.test(text) ? [`${file}:${index + 1} ${text.trim()}`] : [])),
  );
}

describe('sizes', () => {
  it(`no hand-written file has more than ${LINES_MAX} lines`, () => {
    expect(SOURCES.filter((file) => lines(file) > LINES_MAX)).toEqual([]);
  });

  it(`half of the source files have at most ${MEDIAN_LINES_MAX} lines`, () => {
    const counts = SOURCES.filter((file) => file.startsWith('src/')).map(lines);
    counts.sort((a, b) => a - b);
    expect(counts.length).toBeGreaterThan(0);
    expect(counts[Math.floor(counts.length / 2)]).toBeLessThanOrEqual(MEDIAN_LINES_MAX);
  });
});

describe('names', () => {
  it('files and folders are kebab-case', () => {
    const kebab = /^\.?[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)*$/u;
    const known = /^(?:README|MODEL|CONTRIBUTING|CHANGELOG)\.md$|^LICENSE$/u;
    const odd = FILES.filter(
      (file) => !file.split('/').every((part) => kebab.test(part) || known.test(part)),
    );
    expect(odd).toEqual([]);
  });

  it('no folder is a heap of odds and ends', () => {
    const heaps = /(?:^|\/)(?:utils?|helpers?|common|types|misc|shared)\//u;
    expect(FILES.filter((file) => heaps.test(file))).toEqual([]);
  });

  it('every state machine lives in a .machine.ts file', () => {
    const machines = matches(SOURCES, /\bcreateMachine\(/u).map((match) => match.split(':')[0] ?? '');
    const inSource = machines.filter((file) => file.startsWith('src/'));
    expect(inSource.filter((file) => !file.endsWith('.machine.ts'))).toEqual([]);
  });
});

describe('source', () => {
  it('leaves no work for later and switches no test off', () => {
    // Put together from halves, so that this file does not match itself.
    const words = [
      ['TO', 'DO'],
      ['FIX', 'ME'],
      ['XX', 'X'],
      ['not imple', 'mented'],
      ['place', 'holder'],
      ['for', ' now,'],
    ].map((halves) => halves.join(''));
    expect(matches(TEXTS, new RegExp(`\\b(?:${words.join('|')})`, 'u'))).toEqual([]);
    const switches = ['skip', 'only', 'todo', 'fails'].join('|');
    const tests = SOURCES.filter((file) => file.startsWith('test/'));
    expect(matches(tests, new RegExp(`\\b(?:it|test|describe)\\.(?:${switches})\\b`, 'u'))).toEqual([]);
  });

  it('re-exports from the public entry only', () => {
    const inner = SOURCES.filter((file) => file.startsWith('src/') && file !== 'src/index.ts');
    expect(matches(inner, /^export (?:type )?(?:\*|\{[^}]*\}) from /u)).toEqual([]);
  });

  it('computes nothing whose last bits depend on the engine', () => {
    const deterministic = SOURCES.filter((file) => /^src\/(?:kernel|scenario|model|predict)\//u.test(file));
    expect(deterministic.length).toBeGreaterThan(0);
    const inexact = /\bMath\.(?:a?(?:sin|cos|tan)h?|atan2|pow|cbrt|hypot|expm1|log1p)\(/u;
    expect(matches(deterministic, inexact)).toEqual([]);
  });
});

describe('rules', () => {
  it('every rule that is cited exists', () => {
    const known = new Set(RULE_IDS);
    expect(known.size).toBe(RULE_IDS.length);
    // What the program says about a rule that it does not know is tested with these.
    const unknownOnPurpose = /^R-(?:NONE|NEW)-1$/u;
    const cited = TEXTS.flatMap((file) =>
      [...read(file).matchAll(/\bR-[A-Z]+-\d+\b/gu)].map(([id]) => ({ file, id })),
    );
    expect(cited.length).toBeGreaterThan(0);
    expect(cited.filter(({ id }) => !known.has(id) && !unknownOnPurpose.test(id))).toEqual([]);
  });
});

describe('documents', () => {
  it('every relative link leads somewhere', () => {
    const dead = MARKDOWN.flatMap((file) =>
      [...read(file).matchAll(/\]\((?!https?:|mailto:|#)([^)\s#]+)[^)]*\)/gu)]
        .map(([, target = '']) => target)
        .filter((target) => !existsSync(join(ROOT, dirname(file), target)))
        .map((target) => `${file}: ${target}`),
    );
    expect(dead).toEqual([]);
  });

  it('every link to a heading of the same or another document finds it', () => {
    const dead = MARKDOWN.flatMap((file) =>
      [...read(file).matchAll(/\]\((?!https?:)([^)\s#]*\.md)?#([^)\s]+)\)/gu)].flatMap(
        ([, other, anchor = '']) => {
          const target = other === undefined ? file : join(dirname(file), other);
          return existsSync(join(ROOT, target)) && headings(target).has(anchor)
            ? []
            : [`${file}: #${anchor}`];
        },
      ),
    );
    expect(dead).toEqual([]);
  });
});

/** Anchors of a document's headings, as GitHub forms them. */
function headings(file: string): Set<string> {
  const titles = [...read(file).matchAll(/^#{1,6} (.+)$/gmu)].map(([, title = '']) => title);
  return new Set(
    titles.map((title) =>
      title
        .toLowerCase()
        .replaceAll(/[^\p{Letter}\p{Number} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

describe('bundled scenarios', () => {
  const scenarios = FILES.filter((file) => /^scenarios\/[^/]+\/scenario\.yaml$/u.test(file));

  it('there are some, each in its own folder', () => {
    expect(scenarios.length).toBeGreaterThan(0);
    const folders = new Set(
      FILES.filter((file) => /^scenarios\/[^/]+\//u.test(file)).map((file) => file.split('/', 2).join('/')),
    );
    expect([...folders]).toEqual(scenarios.map((file) => dirname(file)));
  });

  it.each(scenarios)('%s is named after its folder and says what it teaches', (file) => {
    const { metadata } = parse(read(file)) as {
      readonly metadata: { readonly name: string; readonly description: string; readonly teaches: string };
    };
    expect(metadata.name).toBe(basename(dirname(file)));
    expect(metadata.description).toMatch(/\S.{20}/u);
    expect(metadata.teaches).toMatch(/\S.{40}/u);
  });
});
