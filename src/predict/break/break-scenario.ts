/** `sim break`: what a scenario expects, searched for the smallest schedule of faults that breaks it. */
import type { Scenario } from '../../scenario/scenario.ts';
import { checkOf, MET_SHARE_MIN } from '../expectations.ts';
import { compareSides } from '../compare/compare-sides.ts';
import { sideOf } from '../compare/compare-scenarios.ts';
import { SEED_DEFAULT } from '../defaults.ts';
import type { RunnerOptions } from '../open-runner.ts';
import { runSeeds } from '../run-seed.ts';
import type { RunSummary } from '../run-summary.ts';
import { summarize } from '../statistics.ts';
import { expectationsOf } from '../tune/run-outcome.ts';
import { thinned } from '../thinned.ts';
import { openBreakPool, type BreakPool } from './break-pool.ts';
import { BREAKING_SCHEMA, type Breaking, type Counterexample, type StakedExpectation } from './breaking.ts';
import { BUDGET_DEFAULT, FAULT_KINDS, isWithin, type Budget, type FaultKind } from './budget.ts';
import { goalsOf, misses, type Goal } from './goals.ts';
import type { Trial } from './judge.ts';
import { possibleKinds, scheduleArbitrary } from './schedule-arbitrary.ts';
import { ownFaultEntries, scheduleKey, scheduleSettings, withFaults, type Schedule } from './schedule.ts';
import { ScheduleSource } from './schedule-source.ts';
import { screenedKinds } from './screen.ts';
import { search } from './search.ts';
import { breakTargets } from './targets.ts';
import { faultYaml } from '../../scenario/fault-text.ts';

const BREAK_RUNS_DEFAULT = 5;

export interface BreakOptions extends RunnerOptions {
  /** Seeds that a schedule has to break something in most of; 5 when not given. One of them is looked at first. */
  readonly runs?: number | undefined;
  /** Any safe integer; 1 when not given. */
  readonly seed?: number | undefined;
  readonly budget?: Budget | undefined;
  /** All of them when not given. */
  readonly kinds?: readonly FaultKind[] | undefined;
  /** Milliseconds of some clock; together with `timeMs` it bounds the search. */
  readonly clock?: (() => number) | undefined;
  readonly timeMs?: number | undefined;
  /** At most this many different schedules. */
  readonly schedulesMax?: number | undefined;
  /** Earlier counterexamples, tried first. */
  readonly regressions?: readonly Schedule[] | undefined;
  /** Settings that the scenario was loaded with: what is wrong with a fault is told as the next one's. */
  readonly settings?: number | undefined;
  /** Tries this one schedule only. */
  readonly path?: readonly number[] | undefined;
  readonly onProgress?: ((progress: BreakProgress) => void) | undefined;
  readonly version?: string | undefined;
}

export interface BreakProgress {
  readonly stage: 'without faults' | 'earlier counterexamples' | 'searching' | 'shrinking';
  /** Schedules that were tried in this stage. */
  readonly schedules: number;
}

/** Runs without faults: enough to tell whether an expectation is met, and how bad a run can be. */
const BASELINE_RUNS = 20;
/** Runs with the faults of a counterexample, for the report: they fail by the thousand, which takes its time. */
const REPORT_RUNS = 10;
/** Runs that a schedule gets which breaks nothing in them. */
const FIRST_LOOK = 1;
/** Schedules with one fault come first, then those with up to two, and so on: what is found first is small. */
const SCHEDULES_PER_SIZE = 300;
/** Schedules that cross to a thread together. */
const GROUP = 2;
/** However little time is left, a counterexample is shrunk for so long. */
const SHRINK_MS_MIN = 30_000;

/** @throws RangeError when `runs` or `seed` makes no sense or the path leads nowhere; the signal's reason when it is aborted */
export async function breakScenario(scenario: Scenario, options: BreakOptions = {}): Promise<Breaking> {
  const { workers = 1, engine = 'auto', signal, runs = BREAK_RUNS_DEFAULT, seed = SEED_DEFAULT } = options;
  if (!Number.isSafeInteger(runs) || runs < 1)
    throw new RangeError(`runs must be a whole number from 1 on, not ${runs}`);
  if (!Number.isSafeInteger(seed)) throw new RangeError(`a seed is a safe integer, not ${seed}`);
  const pool = openBreakPool({ workers: Math.max(1, workers), engine, signal });
  try {
    return await new Breaker(scenario, options, pool, runs, seed).work();
  } finally {
    await pool.close();
  }
}

type Outcome = Pick<Counterexample, 'from' | 'path' | 'faults' | 'shrinks' | 'shrinksTried' | 'minimal'>;

interface Looked {
  readonly outcome: Outcome | null;
  readonly schedules: number;
  readonly ended: Breaking['tried']['ended'];
}

class Breaker {
  readonly #scenario: Scenario;
  readonly #options: BreakOptions;
  readonly #pool: BreakPool;
  readonly #runs: number;
  readonly #seed: number;
  readonly #startedMs: number;
  #goals: readonly Goal[] = [];
  #baseline: readonly RunSummary[] = [];
  #screenedKinds: readonly FaultKind[] = [];
  #searchMs = 0;

  constructor(scenario: Scenario, options: BreakOptions, pool: BreakPool, runs: number, seed: number) {
    this.#scenario = scenario;
    this.#options = options;
    this.#pool = pool;
    this.#runs = runs;
    this.#seed = seed;
    this.#startedMs = this.#now();
  }

  async work(): Promise<Breaking> {
    const { kinds = FAULT_KINDS, budget = BUDGET_DEFAULT, version = '', regressions = [] } = this.#options;
    this.#progress('without faults', 0);
    this.#baseline = await this.#pool.runs(this.#scenario, this.#seeds);
    this.#goals = goalsOf(expectationsOf(this.#scenario), this.#baseline, this.#runs);
    this.#screenedKinds = screenedKinds(this.#scenario, this.#goals, this.#baseline).filter((kind) =>
      kinds.includes(kind),
    );
    const { outcome, ...tried } = await this.#look(kinds, budget);
    const { name, digest } = this.#scenario;
    const searchMinutes = this.#searchMs / 60_000;
    return {
      schema: BREAKING_SCHEMA,
      scenario: { name, digest },
      engine: {
        version,
        mode: this.#baseline.some(({ engine }) => engine === 'skip-ahead') ? 'skip-ahead' : 'exact',
        seed: this.#seed,
        runs: this.#runs,
        wallMs: Math.round(this.#now() - this.#startedMs),
      },
      budget: { ...budget, kinds },
      expectations: this.#goals.map((goal) => staked(goal, this.#baseline)),
      tried: {
        regressions: regressions.length,
        ...tried,
        schedulesPerMinute: searchMinutes === 0 ? 0 : Math.round(tried.schedules / searchMinutes),
        screeningFactor: this.#screenedKinds.length === 0 ? null : (thinned(this.#scenario)?.factor ?? null),
        screenedKinds: this.#screenedKinds,
      },
      counterexample: outcome === null ? null : await this.#counterexample(outcome),
    };
  }

  async #look(kinds: readonly FaultKind[], budget: Budget): Promise<Looked> {
    const earlier = await this.#earlier();
    if (earlier !== null) return { outcome: earlier, schedules: 0, ended: 'found' };
    const targets = breakTargets(this.#scenario, {
      rollsOut: this.#baseline.some(({ rollout }) => rollout.outcome !== 'none'),
      endMs: Math.max(...this.#baseline.map(({ endMs }) => endMs)),
    });
    const possible = possibleKinds(kinds, targets, budget);
    if (possible.length === 0) return { outcome: null, schedules: 0, ended: 'nothing-to-break' };
    const source = new ScheduleSource(this.#seed, (index) =>
      scheduleArbitrary(possible, targets, budget, 1 + Math.floor(index / SCHEDULES_PER_SIZE)),
    );
    const { path } = this.#options;
    if (path !== undefined) return this.#follow(source, path);
    return this.#search(source, (schedule) => isWithin(schedule, budget, targets.replicas));
  }

  async #search(source: ScheduleSource<Schedule>, admits: (schedule: Schedule) => boolean): Promise<Looked> {
    const { schedulesMax = Number.POSITIVE_INFINITY, workers = 1, timeMs } = this.#options;
    const startedMs = this.#now();
    const lastMs = timeMs === undefined ? Number.POSITIVE_INFINITY : this.#startedMs + timeMs;
    let foundMs: number | null = null;
    const result = await search<Schedule>({
      source,
      admits,
      keyOf: scheduleKey,
      evaluate: async (schedules, stage) =>
        this.#judge(schedules, stage === 'searching' ? this.#screenedKinds : []),
      groupSize: GROUP,
      workers,
      schedulesMax,
      stopSearch: () => {
        this.#searchMs = this.#now() - startedMs;
        return this.#now() >= lastMs;
      },
      stopShrinking: () => {
        foundMs ??= this.#now();
        return this.#now() >= Math.max(lastMs, foundMs + SHRINK_MS_MIN);
      },
      onProgress: (stage, schedules) => {
        this.#progress(stage, schedules);
      },
    });
    const { found, schedules } = result;
    if (found === null)
      return { outcome: null, schedules, ended: result.ended === 'stopped' ? 'time' : result.ended };
    const { drawn, shrinks, shrinksTried, minimal } = found;
    const path = drawn.path.join(':');
    const outcome = { from: 'search', path, faults: drawn.value, shrinks, shrinksTried, minimal } as const;
    return { outcome, schedules, ended: 'found' };
  }

  async #earlier(): Promise<Outcome | null> {
    const { regressions = [], path } = this.#options;
    if (path !== undefined || regressions.length === 0) return null;
    this.#progress('earlier counterexamples', 0);
    const verdicts = await this.#judge(regressions);
    const faults = regressions.find((_, index) => (verdicts[index]?.length ?? 0) > 0);
    if (faults === undefined) return null;
    return { from: 'regression', path: null, faults, shrinks: 0, shrinksTried: 0, minimal: null };
  }

  async #follow(source: ScheduleSource<Schedule>, path: readonly number[]): Promise<Looked> {
    const drawn = source.follow(path);
    if (drawn === null) throw new RangeError(`no schedule has the path ${path.join(':')}`);
    const [verdict = []] = await this.#judge([drawn.value]);
    const faults = drawn.value;
    const outcome = {
      from: 'path',
      path: path.join(':'),
      faults,
      shrinks: path.length - 1,
      shrinksTried: 0,
      minimal: null,
    } as const;
    if (verdict.length === 0) return { outcome: null, schedules: 1, ended: 'schedules' };
    return { outcome, schedules: 1, ended: 'found' };
  }

  async #judge(
    schedules: readonly Schedule[],
    screening: readonly FaultKind[] = [],
  ): Promise<readonly (readonly number[])[]> {
    const trial: Trial = { goals: this.#goals, first: FIRST_LOOK, all: this.#runs };
    const verdicts = await this.#pool.judge({
      scenario: this.#scenario,
      schedules,
      seeds: this.#seeds.slice(0, this.#runs),
      trial,
      screening,
    });
    return verdicts.map(({ broken }) => broken);
  }

  async #counterexample(outcome: Outcome): Promise<Counterexample> {
    const { faults } = outcome;
    const broken = withFaults(this.#scenario, faults, (this.#options.settings ?? 0) + 1);
    const runs = await this.#pool.runs(broken, this.#seeds.slice(0, Math.max(REPORT_RUNS, this.#runs)));
    const before = this.#baseline.slice(0, runs.length);
    const version = this.#options.version ?? '';
    return {
      ...outcome,
      yaml: faults.map(faultYaml),
      set: scheduleSettings(faults, ownFaultEntries(this.#scenario)),
      // The runs that it was judged by: the others are there for the figures.
      broken: this.#brokenBy(runs.slice(0, this.#runs)),
      comparison: compareSides(
        sideOf('without the faults', this.#scenario, before, version),
        sideOf('with the faults', broken, runs, version),
      ),
    };
  }

  #brokenBy(runs: readonly RunSummary[]): Counterexample['broken'] {
    return this.#goals.flatMap((goal) => {
      const { name, target, holds } = checkOf(goal.expectation);
      const counted = runs.flatMap((run, index) => {
        const before = this.#baseline[index];
        return before !== undefined && (goal.beyond !== null || holds(before)) ? [run] : [];
      });
      const missed = counted.filter((run) => misses(goal, run)).length;
      return 2 * missed > counted.length ? [{ name, target, missed, runs: counted.length }] : [];
    });
  }

  get #seeds(): readonly number[] {
    return runSeeds(this.#seed, Math.max(BASELINE_RUNS, this.#runs));
  }

  #now(): number {
    return this.#options.clock?.() ?? 0;
  }

  #progress(stage: BreakProgress['stage'], schedules: number): void {
    this.#options.onProgress?.({ stage, schedules });
  }
}

function staked({ expectation, beyond }: Goal, runs: readonly RunSummary[]): StakedExpectation {
  const { name, target, valueOf, holds } = checkOf(expectation);
  const probabilityMet = runs.filter(holds).length / runs.length;
  const value = summarize(runs.map(valueOf));
  return { name, target, value, probabilityMet, alreadyMissed: probabilityMet < MET_SHARE_MIN, beyond };
}
