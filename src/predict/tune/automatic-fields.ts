/**
 * The fields that a search varies when nobody names them: those that the rollout's pace and price depend on, and those
 * that the causes of failed requests point to. What a cause needs and no number expresses is a field with two values:
 * as it is, and as advised.
 */
import { resolveIntOrPercent } from '../../scenario/int-or-percent.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { isRecord } from '../../scenario/yaml-document.ts';
import { adviceFor, type Advice } from '../advice.ts';
import { remedyOf } from '../remedy.ts';
import { settingText } from '../setting-text.ts';
import { subjectOf, type Subject } from '../subject.ts';
import { sleepSecondsFor } from '../withdrawal-bound.ts';
import { isOrdered, type Field } from './field.ts';
import { resolveKnownField } from './known-fields.ts';
import { readLevels } from './values.ts';

/** Causes that a sleep before SIGTERM takes away. */
const SLEEP_RULES = new Set(['R-SRV-7', 'R-POD-21', 'R-SRV-5', 'R-SRV-3', 'R-SRV-1', 'R-SRV-2', 'R-SRV-8']);
/** Causes that other fields here answer. */
const ANSWERED = new Set(['R-KP-11', 'R-DEP-20', 'R-DEP-5', 'R-APP-9']);

const AS_IT_IS = 'as it is';

/** @param rules of the causes found, most costly first */
export function automaticFields(rules: readonly string[], scenario: Scenario): readonly Field[] {
  const subject = subjectOf(scenario);
  if (subject === null) return [];
  const texts = [
    ...strategyTexts(rules, scenario, subject),
    ...sleepTexts(rules, scenario, subject),
    ...(subject.service.sessionAffinitySeconds === null ? [] : ['sessionAffinity=None,ClientIP']),
    ...(rules.includes('R-APP-9') ? [replicasText(scenario, subject)] : []),
  ];
  const named = texts.flatMap((text) => knownField(text, scenario, subject) ?? []);
  return [...named, ...adviceFields(rules, scenario, subject)];
}

function knownField(text: string, scenario: Scenario, subject: Subject): Field | null {
  const equals = text.indexOf('=');
  const name = text.slice(0, equals);
  const target = resolveKnownField(name, scenario, subject);
  if (target === null || typeof target === 'string') return null;
  const levels = readLevels({ text: text.slice(equals + 1), at: equals + 1 }, target.kind);
  return { name, effect: target.effect, levels, ordered: isOrdered(levels), current: target.current };
}

/** maxSurge from one pod to all of them, and maxUnavailable as it is against none; nothing when nothing rolls. */
function strategyTexts(rules: readonly string[], scenario: Scenario, subject: Subject): readonly string[] {
  const { replicas, strategy } = subject.deployment;
  const rolls = scenario.changes.some(({ action }) => ['apply', 'undo', 'restart'].includes(action.kind));
  if (!rolls && !rules.includes('R-DEP-5')) return [];
  const { maxSurge, maxUnavailable } =
    strategy.type === 'RollingUpdate' ? strategy : { maxSurge: null, maxUnavailable: 0 };
  const present = maxSurge === null ? [] : [maxSurge];
  const counts = [1, ...[0.1, 0.25, 0.5, 1].map((share) => Math.ceil(share * replicas))];
  const known = new Set(present.map((value) => resolveIntOrPercent(value, replicas, 'up')));
  const others = [...new Set(counts)].filter((value) => value > 0 && !known.has(value));
  const surge = `maxSurge=${[...present, ...others].join(',')}`;
  const unavailable = resolveIntOrPercent(maxUnavailable, replicas, 'down');
  return unavailable === 0 ? [surge] : [surge, `maxUnavailable=0,${maxUnavailable}`];
}

/** From none to three times what outlasts the slowest withdrawal; a hook that does more than sleep stays unless it is to blame. */
function sleepTexts(rules: readonly string[], scenario: Scenario, subject: Subject): readonly string[] {
  const current = knownField('preStop.sleep=0s', scenario, subject)?.current ?? null;
  if (current === null && !rules.some((rule) => SLEEP_RULES.has(rule))) return [];
  const bound = sleepSecondsFor(scenario);
  const seconds = [0, Math.round(bound / 2), bound, 2 * bound, 3 * bound].map((value) => `${value}s`);
  return [`preStop.sleep=${[...new Set([...seconds, ...(current === null ? [] : [current])])].join(',')}`];
}

/** From what is there to half as much again as advised. */
function replicasText(scenario: Scenario, subject: Subject): string {
  const { name, replicas } = subject.deployment;
  const advised = Number(adviceFor('R-APP-9', scenario, subject)?.set?.[`deployment/${name}.spec.replicas`]);
  const most = Math.ceil(1.5 * (Number.isFinite(advised) ? advised : replicas));
  const counts = [0, 1, 2, 3, 4].map((step) => Math.round(replicas + (step / 4) * (most - replicas)));
  return `replicas=${[...new Set(counts)].join(',')}`;
}

/** Advices that change the same thing are one field: `remedyOf` makes one remedy of them. */
function adviceFields(rules: readonly string[], scenario: Scenario, subject: Subject): readonly Field[] {
  const byName = new Map<string, Advice[]>();
  for (const rule of rules) {
    const advice = ANSWERED.has(rule) ? null : adviceFor(rule, scenario, subject);
    if (advice === null) continue;
    // Sleeping is a field of its own.
    const { sleepSeconds: _, ...rest } = advice;
    const name = adviceName(rest);
    if (name !== null) byName.set(name, [...(byName.get(name) ?? []), rest]);
  }
  return [...byName].map(([name, advices]) => ({
    name,
    effect: { kind: 'advice' },
    levels: [
      { text: AS_IT_IS, value: [], order: null },
      { text: advisedText(advices, subject), value: advices, order: null },
    ],
    ordered: false,
    current: AS_IT_IS,
  }));
}

/** The last part of the path that an advice changes; null when nothing but the sleep is left of it. */
function adviceName({ onSigterm, graceSeconds, set = {} }: Advice): string | null {
  if (onSigterm !== undefined) return 'onSigterm';
  if (graceSeconds !== undefined) return 'terminationGracePeriodSeconds';
  const [path] = Object.keys(set);
  return path === undefined ? null : (/[\w-]+$/u.exec(path)?.[0] ?? path);
}

/** The value that the advices come to, in a few words: `lame-duck 10s`, or YAML on one line. */
function advisedText(advices: readonly Advice[], subject: Subject): string {
  const [value] = Object.values(remedyOf(advices, subject));
  if (isRecord(value) && typeof value['style'] === 'string') {
    const { style, lameDuck, drainMax } = value;
    return typeof lameDuck === 'string' ? `${style} ${lameDuck}` : `${style}, drain ${String(drainMax)}`;
  }
  return settingText('', value).slice(1);
}
