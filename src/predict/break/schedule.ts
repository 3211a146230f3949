/** A schedule of faults: what breaks, and when. In the order in which it is written down. */
import type { Fault } from '../../scenario/fault.ts';
import { faultYaml } from '../../scenario/fault-text.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { SETTING_FILE } from '../../scenario/setting.ts';

export type Schedule = readonly Pick<Fault, 'start' | 'action'>[];

/** Equal for equal schedules. */
export function scheduleKey(schedule: Schedule): string {
  return JSON.stringify(schedule);
}

/** Faults at a time first, by time; then those that wait for the rollout, by its share. */
export function inOrder(schedule: Schedule): Schedule {
  const rank = ({ start }: Schedule[number]): readonly [number, number, number] =>
    start.kind === 'at' ? [0, start.timeMs, 0] : [1, start.rollout, start.delayMs];
  return schedule.toSorted((a, b) => {
    const [left, right] = [rank(a), rank(b)];
    return left[0] - right[0] || left[1] - right[1] || left[2] - right[2];
  });
}

/**
 * The scenario with further faults, each placed as if `--set` had given it.
 * @param settingNumber of the first such setting
 */
export function withFaults(scenario: Scenario, schedule: Schedule, settingNumber: number): Scenario {
  const oneSetting = ownFaultEntries(scenario) === 0;
  const added = schedule.map(({ start, action }, index): Fault => {
    const line = settingNumber + (oneSetting ? 0 : index);
    return { start, action, location: { file: SETTING_FILE, line, column: 1 } };
  });
  return { ...scenario, faults: [...scenario.faults, ...added] };
}

/** The entries of a scenario's own `faults`. In scenario.yaml one may stand for several, when it names a Chaos Mesh file. */
export function ownFaultEntries({ source, faults }: Pick<Scenario, 'source' | 'faults'>): number {
  const indices = Object.keys(source.lines).flatMap((path) => {
    const index = /^spec\.faults\[(\d+)\]/u.exec(path)?.[1];
    return index === undefined ? [] : [Number(index)];
  });
  // A list that was given as a setting has no places of its own.
  return indices.length === 0 ? faults.length : Math.max(...indices) + 1;
}

/** What `--set` takes to add a schedule to a scenario that has so many entries of its own. */
export function scheduleSettings(schedule: Schedule, ownEntries: number): readonly string[] {
  const texts = schedule.map(faultYaml);
  if (ownEntries === 0) return [`spec.faults=[${texts.join(', ')}]`];
  return texts.map((text, index) => `spec.faults[${ownEntries + index}]=${text}`);
}
