/** What can happen: keys, a new size, and results of the work behind the screen. */
import type { RunSummary } from '../predict/run-summary.ts';
import type { QuestionId } from '../predict/what-if/question.ts';
import type { Answer } from '../predict/what-if/what-if.ts';
import type { RunView } from '../predict/run-view.ts';
import type { Summary } from '../prediction.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Description } from './source.ts';
import type { AppliedFix, CauseRow } from './state.ts';
import type { Turned } from './knobs.ts';

/** A named key, or what was typed. */
export interface KeyMessage {
  readonly kind: 'key';
  readonly key: Key;
}

export type Key =
  | 'up'
  | 'down'
  | 'left'
  | 'right'
  | 'page-up'
  | 'page-down'
  | 'home'
  | 'end'
  | 'enter'
  | 'escape'
  | 'tab'
  | 'back-tab'
  | 'backspace'
  | 'interrupt'
  | { readonly text: string };

/** Which runs: the scenario as it is, as changed, or the one that it is compared with. */
export type Slot = 'baseline' | 'after' | 'other';

export type Message =
  | KeyMessage
  | { readonly kind: 'resized'; readonly columns: number; readonly rows: number }
  | { readonly kind: 'described'; readonly name: string; readonly description: Description }
  | { readonly kind: 'opened'; readonly name: string; readonly scenario: Scenario }
  | { readonly kind: 'not-opened'; readonly name: string; readonly problems: readonly string[] }
  | {
      readonly kind: 'configured';
      readonly generation: number;
      readonly fixed: Scenario;
      readonly current: Scenario;
      readonly set: readonly string[];
    }
  | { readonly kind: 'not-configured'; readonly generation: number; readonly problem: string }
  | {
      readonly kind: 'ran';
      readonly slot: Slot;
      readonly generation: number;
      readonly runs: readonly { readonly index: number; readonly run: RunSummary }[];
    }
  | { readonly kind: 'not-compared'; readonly problem: string }
  | { readonly kind: 'viewed'; readonly generation: number; readonly view: RunView }
  | { readonly kind: 'explained'; readonly generation: number; readonly rows: readonly CauseRow[] }
  | {
      readonly kind: 'fix-tried';
      readonly generation: number;
      /** The settings of the fix, joined by line ends. */
      readonly key: string;
      /** null: it changes nothing, or does not fit. */
      readonly failed: Summary | null;
    }
  | {
      readonly kind: 'answered';
      readonly generation: number;
      readonly answer: Answer;
    };

/** What is to be done behind the screen; its results come back as messages. */
export type Effect =
  | { readonly kind: 'open'; readonly name: string }
  | {
      readonly kind: 'configure';
      readonly generation: number;
      readonly fixes: readonly AppliedFix[];
      readonly turned: Turned;
    }
  | {
      readonly kind: 'predict';
      readonly slot: 'baseline' | 'after';
      readonly generation: number;
      readonly scenario: Scenario;
    }
  | {
      readonly kind: 'view';
      readonly generation: number;
      readonly scenario: Scenario;
      /** Whether someone looks at it; else the figures come first. */
      readonly isShown: boolean;
    }
  | {
      readonly kind: 'explain';
      readonly generation: number;
      readonly scenario: Scenario;
      /** What makes it differ from its files. */
      readonly set: readonly string[];
      readonly runs: readonly RunSummary[];
    }
  | {
      readonly kind: 'ask';
      readonly generation: number;
      readonly question: QuestionId;
      readonly base: Scenario;
      /** null: nothing is changed. */
      readonly changed: { readonly scenario: Scenario; readonly set: readonly string[] } | null;
    }
  | { readonly kind: 'compare'; readonly name: string; readonly generation: number }
  | { readonly kind: 'quit'; readonly interrupted: boolean };
