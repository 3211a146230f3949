/**
 * One value for each field → settings and the scenario with them in place. Where the end of a pod takes longer than
 * before, the grace period follows: it must hold sleep, lame duck and drain together (R-POD-18, R-SRV-6).
 */
import type { Container, Deployment, Scenario } from '../../scenario/scenario.ts';
import type { LoadResult } from '../../scenario/load.ts';
import type { Diagnostic } from '../../scenario/diagnostic.ts';
import { sleepSecondsOf, type Advice } from '../advice.ts';
import { containerPath } from '../container-path.ts';
import { remedyOf, secondsToTheEnd, type SettingValues } from '../remedy.ts';
import { settingTexts } from '../setting-text.ts';
import { subjectOf, type Subject } from '../subject.ts';
import type { Field } from './field.ts';
import type { Point } from './space.ts';
import type { Level } from './values.ts';

/** Loads the scenario with further settings, telling what is wrong with them. */
export type LoadWith = (set: readonly string[]) => LoadResult;

export interface Configuration {
  /** What differs from the scenario as it is, path to value; null deletes. */
  readonly set: SettingValues;
  readonly changedFields: readonly string[];
  /** Seconds to which the grace period was raised for the pod's end; null when it needs no change. */
  readonly graceSeconds: number | null;
  /** null when the settings do not fit together; `errors` says why. */
  readonly scenario: Scenario | null;
  readonly errors: readonly Diagnostic[];
}

export class Configurer {
  readonly #scenario: Scenario;
  readonly #fields: readonly Field[];
  readonly #load: LoadWith;
  readonly #subject: Subject | null;

  constructor(scenario: Scenario, fields: readonly Field[], load: LoadWith) {
    this.#scenario = scenario;
    this.#fields = fields;
    this.#load = load;
    this.#subject = subjectOf(scenario);
  }

  /** @param point a position in each field's levels */
  configure(point: Point): Configuration {
    const chosen = this.#fields.flatMap((field, axis) => {
      const level = field.levels[point[axis] ?? -1];
      return level === undefined || isCurrent(field, level) ? [] : [{ field, level }];
    });
    const set = this.#settingsOf(chosen);
    const changedFields = chosen.map(({ field }) => field.name);
    const { scenario, errors } = this.#loaded(set);
    if (scenario === null) return { set, changedFields, graceSeconds: null, scenario, errors };
    const graceSeconds = this.#graceToFollow(scenario, set);
    if (graceSeconds === null) return { set, changedFields, graceSeconds, scenario, errors };
    const followed = { ...set, [gracePath(subjectOf(scenario)?.deployment)]: graceSeconds };
    return { set: followed, changedFields, graceSeconds, ...this.#loaded(followed) };
  }

  changedFields(point: Point): number {
    return this.#fields.filter((field, axis) => {
      const level = field.levels[point[axis] ?? -1];
      return level !== undefined && !isCurrent(field, level);
    }).length;
  }

  #loaded(set: SettingValues): Pick<Configuration, 'scenario' | 'errors'> {
    if (Object.keys(set).length === 0) return { scenario: this.#scenario, errors: [] };
    const { scenario, diagnostics } = this.#load(settingTexts(set));
    return { scenario, errors: diagnostics.filter(({ severity }) => severity === 'error') };
  }

  /** Only where the pod's end was changed: whoever wrote too short a grace period sees what it does. */
  #graceToFollow(scenario: Scenario, set: SettingValues): number | null {
    const [before, after] = [this.#subject, subjectOf(scenario)];
    if (before === null || after === null) return null;
    if (this.#variesGrace(after.deployment) || endOf(before.container) === endOf(after.container))
      return null;
    const needed = secondsToTheEnd(sleepSecondsOf(after.container.preStop), null, after);
    const path = gracePath(after.deployment);
    const given = Object.hasOwn(set, path) ? Number(set[path]) : 0;
    const current = Math.max(given, after.deployment.template.terminationGracePeriodSeconds);
    return needed > current ? needed : null;
  }

  #variesGrace(deployment: Deployment): boolean {
    const path = gracePath(deployment);
    return this.#fields.some(({ effect }) => effect.kind === 'path' && effect.path === path);
  }

  #settingsOf(chosen: readonly { readonly field: Field; readonly level: Level }[]): SettingValues {
    const set: Record<string, unknown> = {};
    const subject = this.#subject;
    const advices = chosen.flatMap(({ field, level }) =>
      field.effect.kind === 'advice' ? (level.value as readonly Advice[]) : [],
    );
    if (subject !== null && advices.length > 0) {
      Object.assign(set, remedyOf(advices, subject));
      // What the remedy takes for the pod's end holds for the hook that is there now; see `#graceToFollow`.
      const wanted = Math.max(0, ...advices.map(({ graceSeconds = 0 }) => graceSeconds));
      if (wanted === 0) delete set[gracePath(subject.deployment)];
      else set[gracePath(subject.deployment)] = wanted;
    }
    for (const { field, level } of chosen) {
      const { effect } = field;
      if (effect.kind === 'path') set[effect.path] = level.value;
      if (subject === null) continue;
      if (effect.kind === 'pre-stop-sleep') Object.assign(set, sleepSetting(Number(level.value), subject));
      if (effect.kind === 'session-affinity')
        Object.assign(set, affinitySetting(String(level.value), subject));
    }
    if (subject !== null) Object.assign(set, rollingUpdateSetting(chosen, subject.deployment));
    return set;
  }
}

function isCurrent(field: Field, level: Level): boolean {
  return level.text === field.current;
}

/** What decides how long a pod takes to end. */
function endOf({ preStop, workload }: Container): string {
  return JSON.stringify([preStop?.steps ?? [], workload.onSigterm]);
}

function gracePath(deployment: Deployment | undefined): string {
  return `deployment/${deployment?.name ?? ''}.spec.template.spec.terminationGracePeriodSeconds`;
}

function sleepSetting(seconds: number, { deployment, container }: Subject): SettingValues {
  const path = containerPath(deployment.name, container.name, 'lifecycle.preStop');
  return { [path]: seconds === 0 ? null : { sleep: { seconds } } };
}

function affinitySetting(affinity: string, { service }: Subject): SettingValues {
  const path = `service/${service.name}.spec.sessionAffinity`;
  // The API server refuses a configuration of an affinity that is off (R-KP-11).
  const configured = Object.hasOwn(service.lines, 'spec.sessionAffinityConfig');
  return {
    [path]: affinity,
    ...(affinity === 'None' && configured && { [`${path}Config`]: null }),
  };
}

/** Another strategy is replaced as a whole, with maxUnavailable 0 where nothing else is said. */
function rollingUpdateSetting(
  chosen: readonly { readonly field: Field; readonly level: Level }[],
  { name, strategy }: Deployment,
): SettingValues {
  const members = Object.fromEntries(
    chosen.flatMap(({ field: { effect }, level }) =>
      effect.kind === 'rolling-update' ? [[effect.member, level.value]] : [],
    ),
  );
  if (Object.keys(members).length === 0) return {};
  const path = `deployment/${name}.spec.strategy`;
  if (strategy.type !== 'RollingUpdate') {
    return {
      [path]: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: 0, ...members } },
    };
  }
  return Object.fromEntries(
    Object.entries(members).map(([member, value]) => [`${path}.rollingUpdate.${member}`, value]),
  );
}
