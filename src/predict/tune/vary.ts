/** Reads `--vary NAME=VALUES`: a short name or any path that `--set` takes, and a list or a range of values. */
import { didYouMean } from '../../scenario/did-you-mean.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { parseSetting } from '../../scenario/setting.ts';
import { subjectOf } from '../subject.ts';
import { isOrdered, type Field } from './field.ts';
import { KNOWN_FIELDS, resolveKnownField, type FieldTarget } from './known-fields.ts';
import { readLevels } from './values.ts';
import { VaryError, type Span, type VaryProblem } from './vary-problem.ts';

export type VaryResult =
  | { readonly ok: true; readonly fields: readonly Field[] }
  | { readonly ok: false; readonly problems: readonly VaryProblem[] };

const EXAMPLE = 'Such as maxSurge=1..10 or preStop.sleep=0s..30s/5s.';
/** Roots of the scenario that a path without `spec.` may begin with, as for `--set`. */
const SCENARIO_ROOTS = /^(?:spec|metadata|traffic|workload|cluster|limits)[.[]/u;

/** Everything that is wrong is told at once. */
export function readVary(texts: readonly string[], scenario: Scenario): VaryResult {
  const fields: Field[] = [];
  const problems: VaryProblem[] = [];
  for (const text of texts) {
    try {
      const field = readField(text, scenario);
      const same = fields.find(({ name, effect }) => name === field.name || sameEffect(effect, field.effect));
      if (same !== undefined)
        throw new VaryError({ text: field.name, at: 0 }, `${same.name} is varied twice.`);
      fields.push(field);
    } catch (error) {
      if (!(error instanceof VaryError)) throw error;
      const { span, message, hint } = error;
      problems.push({ text, at: span.at, length: Math.max(1, span.text.length), message, hint });
    }
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, fields };
}

function sameEffect(a: Field['effect'], b: Field['effect']): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function readField(text: string, scenario: Scenario): Field {
  const equals = assignmentAt(text);
  if (equals === -1) throw new VaryError({ text, at: 0 }, 'It needs the form NAME=VALUES.', EXAMPLE);
  const name = text.slice(0, equals).trim();
  if (name === '')
    throw new VaryError({ text: '=', at: equals }, 'The name of a field is missing before this.', EXAMPLE);
  const nameSpan = { text: name, at: text.indexOf(name) };
  const target = targetOf(nameSpan, scenario);
  const levels = readLevels({ text: text.slice(equals + 1), at: equals + 1 }, target.kind);
  return { name, effect: target.effect, levels, ordered: isOrdered(levels), current: target.current };
}

function targetOf(name: Span, scenario: Scenario): FieldTarget {
  if (name.text.includes('/') || SCENARIO_ROOTS.test(name.text)) return wholePath(name);
  const subject = subjectOf(scenario);
  if (subject === null) {
    throw new VaryError(
      name,
      'No Deployment stands behind the called Service, so short names mean nothing here.',
      'Give a whole path, such as deployment/NAME.spec.replicas.',
    );
  }
  const target = resolveKnownField(name.text, scenario, subject);
  if (typeof target === 'string') throw new VaryError(name, target);
  if (target !== null) return target;
  const near = didYouMean(name.text, KNOWN_FIELDS);
  throw new VaryError(
    name,
    `There is no field ${name.text}.`,
    near === null
      ? `Short names: ${KNOWN_FIELDS.slice(0, 7).join(', ')} …; or any path that --set takes, such as deployment/NAME.spec.replicas.`
      : `Did you mean ${near}?`,
  );
}

function wholePath(name: Span): FieldTarget {
  const probe = parseSetting(`${name.text}=0`, 1);
  if (typeof probe === 'string') throw new VaryError(name, probe, 'Such as deployment/NAME.spec.replicas.');
  return {
    effect: { kind: 'path', path: name.text },
    kind: {
      type: 'any',
      parse(text) {
        const setting = parseSetting(`${name.text}=${text}`, 1);
        return typeof setting === 'string' ? setting : { value: setting.value };
      },
    },
    current: null,
  };
}

/** Position of the first `=` outside brackets; -1 without one. */
function assignmentAt(text: string): number {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    if (text[index] === '[') depth++;
    else if (text[index] === ']') depth--;
    else if (text[index] === '=' && depth === 0) return index;
  }
  return -1;
}
