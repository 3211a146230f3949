/** Everything that the screen shows, as one value. Only `update` makes a new one. */
import type { QuestionId } from '../predict/what-if/question.ts';
import type { Answer } from '../predict/what-if/what-if.ts';
import type { RunView } from '../predict/run-view.ts';
import type { Summary } from '../prediction.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Window } from './chart/columns.ts';
import type { Runs } from './figures.ts';
import type { Knob, Turned } from './knobs.ts';
import { firstScreen, type ScreenSnapshot } from './screen.machine.ts';
import type { Description } from './source.ts';

export interface State {
  readonly columns: number;
  readonly rows: number;
  readonly screen: ScreenSnapshot;
  /** How many runs settle a prediction. */
  readonly runsWanted: number;
  readonly list: ListState;
  readonly opened: Opened | null;
  /** The scenario that is being read. */
  readonly opening: string | null;
  /** What went wrong with the last key, until the next one. */
  readonly notice: string | null;
  /** Lines of help scrolled past. */
  readonly helpTop: number;
}

export interface ListState {
  readonly names: readonly string[];
  /** Known once read. */
  readonly descriptions: Readonly<Record<string, Description>>;
  readonly query: string;
  /** In the list that the query leaves. */
  readonly index: number;
}

export interface Opened {
  readonly name: string;
  /** As the command line and its files say it. */
  readonly base: Scenario;
  readonly fixes: readonly AppliedFix[];
  /** The base with the fixes: what the knobs turn. */
  readonly fixed: Scenario;
  readonly knobs: readonly Knob[];
  readonly turned: Turned;
  /** With fixes and knobs; equal to the base when neither is in place. */
  readonly current: Scenario;
  /** What makes the difference, as `--set` takes it. */
  readonly set: readonly string[];
  /** The generation in which it was opened: that of the baseline. */
  readonly opening: number;
  /** Counts the configurations asked for; answers to older ones are dropped. */
  readonly generation: number;
  /** Whether the last configuration is still being read. */
  readonly configuring: boolean;
  /** Why the last configuration is none. */
  readonly problem: string | null;
  readonly baseline: Runs;
  /** null while nothing is changed. */
  readonly after: Runs | null;
  readonly view: RunView | null;
  /** Whether the view shows an earlier configuration. */
  readonly viewIsOld: boolean;
  readonly timeline: TimelineState;
  readonly causes: CausesState;
  readonly whatIf: WhatIfState;
  readonly questions: QuestionsState;
  readonly compare: CompareState;
}

export interface AppliedFix {
  readonly title: string;
  readonly set: readonly string[];
}

export interface TimelineState {
  readonly cursorMs: number;
  /** null: the whole run. */
  readonly window: Window | null;
  /** Pods scrolled past. */
  readonly podTop: number;
}

export interface CausesState {
  readonly index: number;
  /** null while they are being worked out. */
  readonly rows: readonly CauseRow[] | null;
}

export interface CauseRow {
  readonly rule: string;
  readonly title: string;
  readonly share: number;
  readonly failed: Summary;
  /** `manifests/deployment.yaml:75    preStop: …`. */
  readonly place: string | null;
  readonly fix: OfferedFix | null;
}

export interface OfferedFix extends AppliedFix {
  /** Failed requests with it; null while it is being tried. */
  readonly failed: Summary | null;
}

export interface WhatIfState {
  readonly index: number;
  /** What is being typed as a knob's value. */
  readonly typed: string;
}

export interface QuestionsState {
  readonly index: number;
  readonly typed: string;
  /** Of every question that was asked. */
  readonly answers: Readonly<Partial<Record<QuestionId, AnswerState>>>;
}

export interface AnswerState {
  /** The configuration that the answer is about; a new one is being found when that is not the present one. */
  readonly generation: number;
  /** null while the first is being found. */
  readonly answer: Answer | null;
}

export interface CompareState {
  readonly query: string;
  readonly index: number;
  readonly other: OtherScenario | null;
}

export interface OtherScenario {
  readonly name: string;
  readonly runs: Runs;
  /** Why it cannot be compared. */
  readonly problem: string | null;
}

export function initialState(names: readonly string[], runsWanted: number): State {
  return {
    columns: 80,
    rows: 24,
    screen: firstScreen(),
    runsWanted,
    list: { names, descriptions: {}, query: '', index: 0 },
    opened: null,
    opening: null,
    notice: null,
    helpTop: 0,
  };
}

/** The runs of what is on the screen. */
export function currentRuns({ after, baseline }: Opened): Runs {
  return after ?? baseline;
}
