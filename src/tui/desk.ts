/**
 * Carries effects out: reads scenarios, keeps threads busy, and sends what comes of it as messages. What a later effect
 * makes stale is aborted. Nothing here holds the terminal up for longer than reading one scenario takes.
 */
import { groupCauses } from '../predict/causes.ts';
import { fixRunsOf } from '../predict/defaults.ts';
import { URGENCY, type LiveRunner } from '../predict/live-runner.ts';
import { runSeeds } from '../predict/run-seed.ts';
import type { RunSummary } from '../predict/run-summary.ts';
import type { Runner } from '../predict/runner.ts';
import type { QuestionId } from '../predict/what-if/question.ts';
import { QUESTIONS } from '../predict/what-if/questions.ts';
import { askQuestions, type Variant } from '../predict/what-if/what-if.ts';
import { summarize } from '../predict/statistics.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { causeRows } from './cause-rows.ts';
import { configureScenario } from './configure-scenario.ts';
import type { Effect, Message, Slot } from './message.ts';
import type { ReadScenario, ScenarioSource } from './source.ts';

export interface DeskOptions {
  readonly source: ScenarioSource;
  readonly runner: LiveRunner;
  readonly runs: number;
  readonly seed: number;
  readonly send: (message: Message) => void;
  /** Lets the event loop turn. */
  readonly pause: () => Promise<void>;
  /** Calls back after so many milliseconds. */
  readonly later: (delayMs: number, task: () => void) => void;
  readonly quit: (interrupted: boolean) => void;
  /** For what breaks in the background: our own mistakes. */
  readonly crash: (error: unknown) => void;
}

/** Results within this time go out together: the screen is painted no more often anyway. */
const GATHER_MS = 40;
/** They go out as they end: one is a first answer, and a second one says how sure it is. */
const FIRST_RUNS = 2;

/** Share of all requests that may fail in 30 days, for the question about the budget. */
const ERROR_BUDGET = 0.001;

/** Scenarios whose runs are kept. */
const KNOWN_MAX = 8;

type Job = 'open' | 'configure' | 'view' | 'explain' | Slot | `ask ${QuestionId}`;

/** What a new configuration does not make stale. */
const LASTING: ReadonlySet<Job> = new Set<Job>(['open', 'baseline', 'other']);

export class Desk {
  readonly #options: DeskOptions;
  readonly #jobs = new Map<Job, AbortController>();
  #read: ReadScenario | null = null;
  /** All runs of the scenarios predicted last, by digest. */
  readonly #known = new Map<string, readonly RunSummary[]>();

  constructor(options: DeskOptions) {
    this.#options = options;
  }

  /** Reads what the list says about each scenario, one after another. */
  async describe(): Promise<void> {
    const { source, send, pause } = this.#options;
    for (const name of source.names) {
      await pause();
      send({ kind: 'described', name, description: source.describe(name) });
    }
  }

  perform(effect: Effect): void {
    const work = this.#work(effect);
    work.catch((error: unknown) => {
      if (!(error instanceof StaleError)) this.#options.crash(error);
    });
  }

  async #work(effect: Effect): Promise<void> {
    switch (effect.kind) {
      case 'open':
        return this.#open(effect.name);
      case 'configure':
        return this.#configure(effect);
      case 'predict': {
        const { slot, generation, scenario } = effect;
        return this.#predict(slot, generation, scenario, this.#begin(slot));
      }
      case 'view': {
        const { generation, scenario, isShown } = effect;
        const signal = this.#begin('view');
        const { runner, seed, send } = this.#options;
        const urgency = isShown ? URGENCY.view : URGENCY.settle;
        const view = await runner.view({ scenario, seed, urgency, signal });
        if (!signal.aborted) send({ kind: 'viewed', generation, view });
        return;
      }
      case 'explain':
        return this.#explain(effect);
      case 'ask':
        return this.#ask(effect);
      case 'compare':
        return this.#compare(effect.name, effect.generation);
      case 'quit':
        this.#options.quit(effect.interrupted);
    }
  }

  /** Ends all that is under way: whoever waits for the threads to end waits for no run. */
  close(): void {
    for (const job of this.#jobs.keys()) this.#end(job);
  }

  /** Ends what is under way of the same kind. */
  #begin(job: Job): AbortSignal {
    this.#end(job);
    const controller = new AbortController();
    this.#jobs.set(job, controller);
    return controller.signal;
  }

  #end(job: Job): void {
    this.#jobs.get(job)?.abort(new StaleError());
  }

  async #open(name: string): Promise<void> {
    const { source, send, pause } = this.#options;
    const signal = this.#begin('open');
    // What is shown first: that it is being read.
    await pause();
    if (signal.aborted) return;
    const read = source.read(name);
    if ('problems' in read) {
      send({ kind: 'not-opened', name, problems: read.problems });
      return;
    }
    for (const job of this.#jobs.keys()) if (job !== 'open') this.#end(job);
    this.#read = read;
    send({ kind: 'opened', name, scenario: read.scenario });
  }

  async #configure({ generation, fixes, turned }: Extract<Effect, { kind: 'configure' }>): Promise<void> {
    const { send, pause } = this.#options;
    for (const job of this.#jobs.keys()) if (!LASTING.has(job)) this.#end(job);
    const signal = this.#begin('configure');
    // A key that is held down comes faster than a scenario is read.
    await pause();
    if (signal.aborted || this.#read === null) return;
    const result = configureScenario(this.#read, fixes, turned);
    if ('problem' in result) send({ kind: 'not-configured', generation, problem: result.problem });
    else send({ kind: 'configured', generation, ...result });
  }

  async #predict(slot: Slot, generation: number, scenario: Scenario, signal: AbortSignal): Promise<void> {
    const { runner, runs, seed, send, later } = this.#options;
    const known = this.#known.get(scenario.digest);
    if (known !== undefined) {
      // A knob that is turned back has been answered before.
      this.#remember(scenario.digest, known);
      send({ kind: 'ran', slot, generation, runs: known.map((run, index) => ({ index, run })) });
      return;
    }
    const seeds = runSeeds(seed, runs);
    let gathered: { index: number; run: RunSummary }[] = [];
    const all: RunSummary[] = [];
    let ended = 0;
    const flush = (): void => {
      if (gathered.length > 0 && !signal.aborted) send({ kind: 'ran', slot, generation, runs: gathered });
      gathered = [];
    };
    const take = (first: number) => (run: RunSummary, index: number) => {
      gathered.push({ index: first + index, run });
      all[first + index] = run;
      ended++;
      if (ended === runs) this.#remember(scenario.digest, all);
      if (ended <= FIRST_RUNS || ended === runs) flush();
      else if (gathered.length === 1) later(GATHER_MS, flush);
    };
    const firstUrgency = slot === 'other' ? URGENCY.settle : URGENCY.first;
    await Promise.all([
      runner.runs({ scenario, seeds: seeds.slice(0, FIRST_RUNS), urgency: firstUrgency, signal }, take(0)),
      runner.runs(
        { scenario, seeds: seeds.slice(FIRST_RUNS), urgency: URGENCY.settle, signal },
        take(FIRST_RUNS),
      ),
    ]);
    flush();
  }

  #remember(digest: string, runs: readonly RunSummary[]): void {
    this.#known.delete(digest);
    this.#known.set(digest, runs);
    const [oldest] = this.#known.keys();
    if (this.#known.size > KNOWN_MAX && oldest !== undefined) this.#known.delete(oldest);
  }

  async #explain({ generation, scenario, set, runs }: Extract<Effect, { kind: 'explain' }>): Promise<void> {
    const { send, pause, seed, runner } = this.#options;
    const signal = this.#begin('explain');
    const read = this.#read;
    if (read === null) return;
    const rows = causeRows(groupCauses(runs), scenario, read.sources);
    send({ kind: 'explained', generation, rows });
    const seeds = runSeeds(seed, fixRunsOf(runs.length));
    const keys = [...new Set(rows.flatMap(({ fix }) => (fix === null ? [] : [fix.set.join('\n')])))];
    for (const key of keys) {
      await pause();
      if (signal.aborted) return;
      const fixed = read.load([...set, ...key.split('\n')]).scenario;
      if (fixed === null || fixed.digest === scenario.digest) {
        send({ kind: 'fix-tried', generation, key, failed: null });
        continue;
      }
      const failed: number[] = [];
      await runner.runs({ scenario: fixed, seeds, urgency: URGENCY.background, signal }, (run, index) => {
        failed[index] = run.totals.failed;
      });
      if (!signal.aborted) send({ kind: 'fix-tried', generation, key, failed: summarize(failed) });
    }
  }

  async #ask({ generation, question, base, changed }: Extract<Effect, { kind: 'ask' }>): Promise<void> {
    const { send, seed, runs } = this.#options;
    const signal = this.#begin(`ask ${question}`);
    const read = this.#read;
    const asked = QUESTIONS.find(({ id }) => id === question);
    if (read === null || asked === undefined) return;
    const variant = (scenario: Scenario, set: readonly string[]): Variant => ({
      scenario,
      reload: (further) => read.load([...set, ...further]).scenario,
    });
    const [answer] = await askQuestions(
      [asked],
      variant(base, []),
      changed === null ? null : variant(changed.scenario, changed.set),
      { runner: this.#rememberingRunner(signal), runs, seed, errorBudget: ERROR_BUDGET },
    );
    if (answer !== undefined && !signal.aborted) send({ kind: 'answered', generation, answer });
  }

  /** Runs that a prediction has made already are not made again. */
  #rememberingRunner(signal: AbortSignal): Runner {
    return {
      run: async (scenario, seeds, onRun) => {
        const known = new Map(this.#known.get(scenario.digest)?.map((run) => [run.seed, run]));
        const found = seeds.flatMap((one) => known.get(one) ?? []);
        if (found.length === seeds.length) return found;
        const made: RunSummary[] = [];
        const urgency = URGENCY.settle;
        await this.#options.runner.runs({ scenario, seeds, urgency, signal }, (run, index) => {
          made[index] = run;
          onRun();
        });
        return made;
      },
      close: async () => undefined,
    };
  }

  async #compare(name: string, generation: number): Promise<void> {
    const { source, send, pause } = this.#options;
    const signal = this.#begin('other');
    await pause();
    if (signal.aborted) return;
    const read = source.read(name);
    if ('problems' in read) send({ kind: 'not-compared', problem: read.problems[0] ?? 'It cannot be read.' });
    else await this.#predict('other', generation, read.scenario, signal);
  }
}

/** The reason for ending work that nobody waits for any more. */
class StaleError extends Error {}
