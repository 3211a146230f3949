/** What the program ends with; scripts may rely on it. */
export const ExitCode = {
  ok: 0,
  /** An expectation of the scenario is not met (`--check`), or `lint` found an error. */
  expectationNotMet: 1,
  /** The command line, the scenario or a manifest. */
  badInput: 2,
  /** Something that the machine lacks. */
  environment: 3,
  /** Our own mistake. */
  bug: 70,
  /** SIGHUP, as when a terminal closes. */
  hungUp: 129,
  /** Ctrl-C. */
  interrupted: 130,
  /** SIGTERM. */
  terminated: 143,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];
