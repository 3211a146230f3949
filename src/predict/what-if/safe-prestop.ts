/** The shortest preStop sleep that keeps a rollout from failing requests, or why none does. */
import type { Scenario } from '../../scenario/scenario.ts';
import { adviceFor, type Advice } from '../advice.ts';
import { groupCauses } from '../causes.ts';
import { containerPath } from '../container-path.ts';
import { remedyOf } from '../remedy.ts';
import { ruleTitle } from '../rule-titles.ts';
import type { RunSummary } from '../run-summary.ts';
import { settingTexts } from '../setting-text.ts';
import { subjectOf, type Subject } from '../subject.ts';
import { NO_DEPLOYMENT, noAnswer, single, type Asked, type Question, type Reply } from './question.ts';
import { holdsUsually, smallest } from './searching.ts';

const SLEEP_SECONDS_MAX = 60;
/** One fix can bring out what another one had hidden. */
const ROUNDS_MAX = 3;

function failsNone({ totals }: RunSummary): boolean {
  return totals.failed === 0;
}

export const safePreStop: Question = {
  id: 'safe-prestop',
  title: 'What is the shortest preStop sleep with which no request fails?',
  words: ['prestop', 'sleep', 'safe', 'hook', 'pre', 'stop', 'smallest', 'shortest', 'lifecycle', 'grace'],
  async ask(asked) {
    const subject = subjectOf(asked.scenario);
    if (subject === null) return NO_DEPLOYMENT;
    const alone = new Sleeps(asked, subject, []);
    if (alone.scenarioOf(SLEEP_SECONDS_MAX) === null) return noAnswer('The manifest takes no preStop sleep.');
    const found = await alone.shortest();
    if (found !== null) return answer(found, [found.seconds === 0 ? NOT_NEEDED : REPLACES]);
    const left = await alone.runsOf(SLEEP_SECONDS_MAX);
    const helped = await withFixes(asked, subject, left);
    const why = [
      `With ${SLEEP_SECONDS_MAX} s, the longest that is tried, there remains:`,
      ...remaining(left),
      ...(helped === null ? [] : fixNotes(helped)),
    ];
    return answer(null, why, helped?.found ?? null, left);
  },
};

const NOT_NEEDED = 'No sleep is needed: no request fails without one.';
const REPLACES = 'The sleep replaces the hook, and the grace period grows with it where it must (R-SRV-6).';

interface Found {
  readonly seconds: number;
  readonly runs: readonly RunSummary[];
}

/** The scenario with sleeps of different lengths, and with some fixes besides. */
class Sleeps {
  readonly #asked: Asked;
  readonly #subject: Subject;
  readonly #fixes: readonly Advice[];
  readonly #known = new Map<number, Scenario | null>();

  constructor(asked: Asked, subject: Subject, fixes: readonly Advice[]) {
    this.#asked = asked;
    this.#subject = subject;
    // How long to sleep is what is looked for.
    this.#fixes = fixes.map(({ sleepSeconds: _sleep, ...fix }) => fix);
  }

  /** null where the manifest takes no such sleep. */
  scenarioOf(sleepSeconds: number): Scenario | null {
    if (!this.#known.has(sleepSeconds))
      this.#known.set(sleepSeconds, this.#asked.reload(this.settings(sleepSeconds)));
    return this.#known.get(sleepSeconds) ?? null;
  }

  settings(sleepSeconds: number): readonly string[] {
    const { deployment, container } = this.#subject;
    const set = remedyOf([{ title: '', sleepSeconds }, ...this.#fixes], this.#subject);
    if (sleepSeconds > 0) return settingTexts(set);
    // No sleep is no hook.
    return settingTexts({
      ...set,
      [containerPath(deployment.name, container.name, 'lifecycle.preStop')]: null,
    });
  }

  async runsOf(sleepSeconds: number): Promise<readonly RunSummary[]> {
    const scenario = this.scenarioOf(sleepSeconds);
    return scenario === null ? [] : this.#asked.runs(scenario);
  }

  /** null when the longest is not long enough. */
  async shortest(): Promise<Found | null> {
    const seconds = await smallest(SLEEP_SECONDS_MAX, async (tried) => {
      const scenario = this.scenarioOf(tried);
      return scenario !== null && holdsUsually(this.#asked, scenario, failsNone);
    });
    return seconds === null ? null : { seconds, runs: await this.runsOf(seconds) };
  }
}

interface Helped {
  readonly found: Found;
  readonly titles: readonly string[];
  readonly settings: readonly string[];
}

/** Fixes what a sleep leaves, and what comes out from behind that, a few times over; null when it is not enough. */
async function withFixes(
  asked: Asked,
  subject: Subject,
  left: readonly RunSummary[],
): Promise<Helped | null> {
  const advices = new Map<string, Advice>();
  let runs = left;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const known = advices.size;
    for (const { rule } of groupCauses(runs)) {
      const advice = adviceFor(rule, asked.scenario, subject);
      if (advice !== null) advices.set(advice.title, advice);
    }
    if (advices.size === known) return null;
    const sleeps = new Sleeps(asked, subject, [...advices.values()]);
    const found = await sleeps.shortest();
    if (found !== null)
      return { found, titles: [...advices.keys()], settings: sleeps.settings(found.seconds) };
    runs = await sleeps.runsOf(SLEEP_SECONDS_MAX);
  }
  return null;
}

function answer(
  found: Found | null,
  notes: readonly string[],
  helped: Found | null = null,
  left: readonly RunSummary[] = [],
): Reply {
  return {
    measures: [
      single('preStop sleep', 'ms', sleepMs(found), 'none is long enough'),
      single('probability that none fails with it', 'probability', shareWithout(found?.runs ?? left)),
      ...(helped === null
        ? []
        : [
            single('preStop sleep with what else it takes', 'ms', sleepMs(helped)),
            single('probability that none fails with both', 'probability', shareWithout(helped.runs)),
          ]),
    ],
    notes,
  };
}

function shareWithout(runs: readonly RunSummary[]): number {
  return runs.filter(failsNone).length / runs.length;
}

function sleepMs(found: Found | null): number | null {
  return found === null ? null : 1000 * found.seconds;
}

function remaining(runs: readonly RunSummary[]): readonly string[] {
  return groupCauses(runs)
    .slice(0, 3)
    .map(({ rule, where: [first] }) => {
      const line = first === undefined ? '' : `, ${first.file}:${first.line}`;
      return `${ruleTitle(rule)} (${rule}${line}).`;
    });
}

function fixNotes({ titles, settings }: Helped): readonly string[] {
  return [
    `What else it takes: ${titles.join('; ')}.`,
    'All of it as settings, for a rollout between pods that carry them already:',
    ...settings,
  ];
}
