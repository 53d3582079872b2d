// What the command line's exit codes mean. Scripts branch on them, so each has one meaning for all commands.

/** By meaning. */
export const EXIT_CODE = {
  /** Everything that was asked about holds. */
  held: 0,
  /** A property was violated. */
  violated: 1,
  /** The request was wrong. */
  wrongRequest: 2,
  /** The run did not finish within its bound. */
  unfinished: 3,
  /** A bug of Cleancut itself. */
  ourBug: 4,
} as const;

/** How a command ends. */
export type ExitCode = (typeof EXIT_CODE)[keyof typeof EXIT_CODE];
