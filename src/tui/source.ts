/** What the terminal UI needs of the world outside: scenarios. The command line reads them for it. */
import type { LoadWith } from '../predict/tune/configure.ts';
import type { Sources } from '../report/source-lines.ts';
import type { Scenario } from '../scenario/scenario.ts';

export interface ScenarioSource {
  /** Those that come with the program, and the one that the command line named. */
  readonly names: readonly string[];
  readonly describe: (name: string) => Description;
  /** What is wrong with it, one line each, when it cannot be used. */
  readonly read: (name: string) => ReadScenario | { readonly problems: readonly string[] };
}

export interface Description {
  readonly description: string;
  readonly teaches: string;
}

export interface ReadScenario {
  readonly scenario: Scenario;
  readonly sources: Sources;
  /** The same scenario with further settings. */
  readonly load: LoadWith;
}
