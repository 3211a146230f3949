/**
 * The fields of a scenario that the what-if panel turns. Each knows a ladder of sensible values around its present one;
 * any other value that the field takes can be typed.
 */
import type { Field } from '../predict/tune/field.ts';
import { resolveKnownField } from '../predict/tune/known-fields.ts';
import { readLevels, type Level, type ValueKind } from '../predict/tune/values.ts';
import { VaryError } from '../predict/tune/vary-problem.ts';
import { subjectOf } from '../predict/subject.ts';
import { joinPath } from '../scenario/source-map.ts';
import { formatDuration } from '../scenario/duration.ts';
import type { Scenario, Workload } from '../scenario/scenario.ts';

export interface Knob extends Field {
  readonly kind: ValueKind;
}

/** Values chosen, by the knob's name. */
export type Turned = Readonly<Record<string, string>>;

const KNOWN = [
  'replicas',
  'maxSurge',
  'maxUnavailable',
  'minReadySeconds',
  'preStop.sleep',
  'terminationGracePeriodSeconds',
  'readiness.periodSeconds',
  'readiness.failureThreshold',
  'rate',
  'sessionAffinity',
];

/** A knob for each field that this scenario has. */
export function knobsOf(scenario: Scenario): readonly Knob[] {
  const subject = subjectOf(scenario);
  if (subject === null) return [];
  const known = KNOWN.flatMap((name): readonly Knob[] => {
    const target = resolveKnownField(name, scenario, subject);
    if (target === null || typeof target === 'string') return [];
    return [knobOf(name, target)];
  });
  const { clients } = scenario.traffic;
  const { workload } = subject.container;
  const keepAlive = word(
    'keepAlive',
    'spec.traffic.clients.keepAlive',
    ['true', 'false'],
    String(clients.keepAlive),
  );
  return [...known, keepAlive, onSigtermKnob(workload)];
}

/** The whole value, since a scenario may give the style alone, as a word. */
function onSigtermKnob({ name, onSigterm }: Workload): Knob {
  const { drainMaxMs, lameDuckMs, closeHeader } = onSigterm;
  const drain = { drainMax: formatDuration(drainMaxMs) };
  const lameDuck = { ...(lameDuckMs > 0 && { lameDuck: formatDuration(lameDuckMs) }), closeHeader, ...drain };
  const values: Readonly<Record<string, unknown>> = {
    exit: 'exit',
    'stop-accept': { style: 'stop-accept', ...drain },
    'lame-duck': { style: 'lame-duck', ...lameDuck },
    ignore: 'ignore',
  };
  const path = joinPath(joinPath('spec.workload', name), 'onSigterm');
  return word('onSigterm', path, Object.keys(values), onSigterm.style, values);
}

function knobOf(name: string, { effect, kind, current }: Pick<Knob, 'effect' | 'kind' | 'current'>): Knob {
  const texts = [...new Set([...ladder(kind, current), ...(current === null ? [] : [current])])];
  const levels = readLevels({ text: texts.join(','), at: 0 }, kind);
  return { name, effect, kind, levels, ordered: levels.every(({ order }) => order !== null), current };
}

/** Words have values of their own: `true` is no text. */
function word(
  name: string,
  path: string,
  choices: readonly string[],
  current: string,
  values: Readonly<Record<string, unknown>> = { true: true, false: false },
): Knob {
  const levels = choices.map((text) => ({ text, value: values[text] ?? text, order: null }));
  return {
    name,
    effect: { kind: 'path', path },
    kind: { type: 'word', choices },
    levels,
    ordered: false,
    current,
  };
}

function ladder(kind: ValueKind, current: string | null): readonly string[] {
  switch (kind.type) {
    case 'count':
      return countLadder(Number(current ?? 1), kind.min);
    case 'count-or-percent': {
      const counts = [
        ...Array.from({ length: Math.min(kind.total, 10) + 1 }, (_, count) => count),
        kind.total,
      ];
      return [...new Set(counts)].map(String);
    }
    case 'seconds':
      return [0, 1, 2, 3, 5, 7, 10, 15, 20, 25, 30, 40, 45, 60, 75, 90, 120, 180, 300]
        .filter((value) => value >= kind.min)
        .map((value) => `${value}s`);
    case 'duration':
      return ['0s', '1s', '5s', '15s', '30s', '45s', '60s', '75s', '90s', '120s', '300s'];
    case 'word':
      return kind.choices;
    case 'any':
      return [];
  }
}

/** Single steps near small numbers, steps of some tens of percent for large ones. */
function countLadder(current: number, min: number): readonly string[] {
  const near = current <= 50 ? Array.from({ length: 21 }, (_, step) => current + step - 10) : [];
  const far = [0.1, 0.25, 0.5, 0.6, 0.7, 0.8, 0.9, 1.1, 1.2, 1.3, 1.5, 1.75, 2, 3, 5, 10].map((factor) =>
    Math.round(current * factor),
  );
  return [...new Set([...near, ...far])].filter((value) => value >= min).map(String);
}

/** The value that a knob stands at; null for a hook that is no number. */
export function textOf(knob: Knob, turned: Turned): string | null {
  return turned[knob.name] ?? knob.current;
}

/** The next value up or down the ladder, which ends do not pass; from a value that is no number, the first. */
export function turn(knob: Knob, turned: Turned, by: 1 | -1): string | null {
  const present = textOf(knob, turned);
  const levels = levelsWith(knob, present);
  const at = levels.findIndex(({ text }) => text === present);
  const next = at === -1 ? levels[0] : levels[at + by];
  return next?.text ?? present;
}

/** The ladder with a typed value in its place. */
function levelsWith(knob: Knob, text: string | null): readonly Level[] {
  if (text === null || knob.levels.some((level) => level.text === text)) return knob.levels;
  const [typed] = readLevels({ text, at: 0 }, knob.kind);
  if (typed === undefined) return knob.levels;
  const levels = [...knob.levels, typed];
  return knob.ordered ? levels.toSorted((a, b) => (a.order ?? 0) - (b.order ?? 0)) : levels;
}

/** What was typed, as the knob's value or as what is wrong with it. */
export function readTyped(
  knob: Knob,
  typed: string,
): { readonly text: string } | { readonly problem: string } {
  try {
    const levels = readLevels({ text: typed.trim(), at: 0 }, knob.kind);
    const [level] = levels;
    if (level === undefined || levels.length > 1) return { problem: `${knob.name} takes one value.` };
    return { text: level.text };
  } catch (error) {
    if (!(error instanceof VaryError)) throw error;
    return { problem: error.message };
  }
}

/** The knobs as fields with one level each, for the configurer. */
export function turnedFields(knobs: readonly Knob[], turned: Turned): readonly Field[] {
  return knobs.flatMap((knob) => {
    const text = turned[knob.name];
    const level =
      text === undefined ? undefined : levelsWith(knob, text).find((other) => other.text === text);
    return level === undefined ? [] : [{ ...knob, levels: [level] }];
  });
}
