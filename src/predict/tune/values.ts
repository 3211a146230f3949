/**
 * The values that `--vary` names: `1..10`, `0s..30s/5s`, `25%..100%`, `None,ClientIP`. Ranges become lists, each value
 * with its place in an order where it has one.
 */
import { formatDuration, parseDuration } from '../../scenario/duration.ts';
import { didYouMean } from '../../scenario/did-you-mean.ts';
import { resolveIntOrPercent } from '../../scenario/int-or-percent.ts';
import { VaryError, type Span } from './vary-problem.ts';

export interface Level {
  /** As it is shown, and unique within its field. */
  readonly text: string;
  /** What `--set` gets. */
  readonly value: unknown;
  /** Place among the others; null for words. */
  readonly order: number | null;
}

/** What a field takes. */
export type ValueKind =
  | { readonly type: 'count'; readonly min: number }
  /** A share is of so many pods. */
  | { readonly type: 'count-or-percent'; readonly total: number }
  | { readonly type: 'seconds'; readonly min: number }
  | { readonly type: 'duration' }
  | { readonly type: 'word'; readonly choices: readonly string[] }
  /** Whatever YAML says; numbers, durations and shares may be ranges. */
  | { readonly type: 'any'; readonly parse: (text: string) => { readonly value: unknown } | string };

const LEVELS_MAX = 200;

const EXPECTED: Readonly<Record<ValueKind['type'], string>> = {
  count: 'a whole number, such as 1..10 or 1,2,5',
  'count-or-percent': 'whole numbers or percentages, such as 1..10 or 25%..100%/25%',
  seconds: 'whole seconds, such as 0s..30s or 0s..30s/5s',
  duration: 'durations, such as 100ms..1s/100ms',
  word: 'words',
  any: 'values in YAML',
};

/** @throws VaryError at the part that makes no sense */
export function readLevels(list: Span, kind: ValueKind): readonly Level[] {
  const levels = new Map<string, Level>();
  for (const item of splitList(list)) {
    for (const level of levelsOf(item, kind)) if (!levels.has(level.text)) levels.set(level.text, level);
    if (levels.size > LEVELS_MAX) {
      throw new VaryError(
        item,
        `This makes more than ${LEVELS_MAX} values.`,
        'Say a larger step behind a slash, such as 0s..30s/5s.',
      );
    }
  }
  const all = [...levels.values()];
  return all.every(({ order }) => order !== null)
    ? all.toSorted((a, b) => (a.order ?? 0) - (b.order ?? 0))
    : all;
}

/** Items between commas; a comma inside brackets or quotes belongs to its item. */
function splitList(list: Span): readonly Span[] {
  const items: Span[] = [];
  let depth = 0;
  let quote = '';
  let start = 0;
  const end = (at: number): void => {
    const raw = list.text.slice(start, at);
    const lead = raw.length - raw.trimStart().length;
    items.push({ text: raw.trim(), at: list.at + start + lead });
    start = at + 1;
  };
  for (let index = 0; index < list.text.length; index++) {
    const character = list.text.charAt(index);
    if (quote !== '') quote = character === quote ? '' : quote;
    else if (character === '"' || character === "'") quote = character;
    else if ('[{'.includes(character)) depth++;
    else if (']}'.includes(character)) depth--;
    else if (character === ',' && depth <= 0) end(index);
  }
  end(list.text.length);
  const empty = items.find(({ text }) => text === '');
  if (empty !== undefined)
    throw new VaryError(empty, 'A value is missing here.', 'Give a list or a range, such as 1,2,5 or 1..10.');
  return items;
}

function levelsOf(item: Span, kind: ValueKind): readonly Level[] {
  const range = kind.type === 'word' ? null : /^(.*?[^.])\.\.([^./].*?)(?:\/(.*))?$/u.exec(item.text);
  if (range === null) return [levelOf(item.text, kind, item)];
  const [, from = '', to = '', step] = range;
  const toAt = item.at + from.length + 2;
  return rangeLevels(
    { text: from, at: item.at },
    { text: to, at: toAt },
    step === undefined ? null : { text: step, at: toAt + to.length + 1 },
    kind,
  );
}

interface Amount {
  readonly unit: 'number' | 'percent' | 'duration';
  /** Durations in milliseconds. */
  readonly value: number;
}

function rangeLevels(from: Span, to: Span, step: Span | null, kind: ValueKind): readonly Level[] {
  const [low, high] = [amountOf(from, kind), amountOf(to, kind)];
  const whole = { text: `${from.text}..${to.text}`, at: from.at };
  const sameUnit = low.unit === high.unit || (low.value === 0 && low.unit === 'number');
  if (!sameUnit) throw new VaryError(to, `${from.text} and ${to.text} are not of one kind.`, expected(kind));
  if (low.value > high.value) {
    const turned = `${to.text}..${from.text}`;
    throw new VaryError(whole, 'The range goes down.', `Write ${turned}.`);
  }
  const width = step === null ? defaultStep(high, [from.text, to.text], kind) : stepOf(step, high, kind);
  const count = Math.floor((high.value - low.value) / width + 1e-9) + 1;
  if (count > LEVELS_MAX) {
    throw new VaryError(
      whole,
      `This makes ${count} values, and ${LEVELS_MAX} are the most.`,
      'Say a larger step behind a slash, such as 0s..30s/5s.',
    );
  }
  return Array.from({ length: count }, (_, index) => {
    const value = Number((low.value + index * width).toPrecision(12));
    return levelOf(amountText({ unit: high.unit, value }), kind, whole);
  });
}

function amountOf(span: Span, kind: ValueKind): Amount {
  const { text } = span;
  if (/^-?\d+(?:\.\d+)?$/u.test(text)) {
    const seconds = kind.type === 'seconds';
    return seconds
      ? { unit: 'duration', value: 1000 * Number(text) }
      : { unit: 'number', value: Number(text) };
  }
  if (/^\d+(?:\.\d+)?%$/u.test(text)) return { unit: 'percent', value: Number(text.slice(0, -1)) };
  const durationMs = parseDuration(text);
  if (durationMs !== null) return { unit: 'duration', value: durationMs };
  throw new VaryError(
    span,
    `${text === '' ? 'An end of the range' : text} is no number, percentage or duration.`,
    expected(kind),
  );
}

function stepOf(step: Span, like: Amount, kind: ValueKind): number {
  const { unit, value } = amountOf(step, kind);
  if (unit !== like.unit)
    throw new VaryError(step, `The step ${step.text} is of another kind than its range.`, expected(kind));
  if (value <= 0) throw new VaryError(step, 'A step must be above 0.');
  return value;
}

/** One of the smallest unit that the ends are written in. */
function defaultStep({ unit }: Amount, texts: readonly string[], kind: ValueKind): number {
  if (unit !== 'duration') return 1;
  if (kind.type === 'seconds') return 1000;
  const units = texts.flatMap((text) => text.match(/ns|us|µs|ms|s|m|h/gu) ?? []);
  return Math.min(...units.map((name) => parseDuration(`1${name}`) ?? 1000), 3_600_000);
}

function amountText({ unit, value }: Amount): string {
  if (unit === 'percent') return `${value}%`;
  return unit === 'duration' ? formatDuration(value) : String(value);
}

/** @param span what to blame: the value itself, or the range that it comes from */
function levelOf(text: string, kind: ValueKind, span: Span): Level {
  const refuse = (message: string): VaryError => new VaryError(span, message, expected(kind));
  switch (kind.type) {
    case 'count': {
      const value = Number(text);
      if (!/^\d+$/u.test(text) || !Number.isSafeInteger(value)) throw refuse(`${text} is no whole number.`);
      if (value < kind.min) throw refuse(`It must be at least ${kind.min}.`);
      return { text, value, order: value };
    }
    case 'count-or-percent': {
      if (!/^\d{1,9}%?$/u.test(text)) throw refuse(`${text} is neither a whole number nor a percentage.`);
      const value = text.endsWith('%') ? text : Number(text);
      return { text, value, order: resolveIntOrPercent(value, kind.total, 'up') };
    }
    case 'seconds': {
      const durationMs = /^\d+$/u.test(text) ? 1000 * Number(text) : parseDuration(text);
      if (durationMs === null || durationMs % 1000 !== 0)
        throw refuse(`${text} is no number of whole seconds.`);
      const value = durationMs / 1000;
      if (value < kind.min) throw refuse(`It must be at least ${kind.min}s.`);
      return { text: `${value}s`, value, order: value };
    }
    case 'duration': {
      const durationMs = parseDuration(text);
      if (durationMs === null) throw refuse(`${text} is no duration.`);
      return { text: formatDuration(durationMs), value: formatDuration(durationMs), order: durationMs };
    }
    case 'word': {
      if (kind.choices.includes(text)) return { text, value: text, order: null };
      const near = didYouMean(text, kind.choices);
      throw new VaryError(
        span,
        `${text} is none of ${kind.choices.join(', ')}.`,
        near === null ? null : `Did you mean ${near}?`,
      );
    }
    case 'any': {
      const parsed = kind.parse(text);
      if (typeof parsed === 'string') throw refuse(parsed);
      return { text, value: parsed.value ?? null, order: orderOf(text) };
    }
  }
}

function orderOf(text: string): number | null {
  if (/^-?\d+(?:\.\d+)?%?$/u.test(text)) return Number.parseFloat(text);
  return parseDuration(text);
}

function expected(kind: ValueKind): string {
  return `Expected: ${EXPECTED[kind.type]}.`;
}
