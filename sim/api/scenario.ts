// A scenario: a job with the world it runs in, named for what it shows. A plain value; it starts nothing.

import type { ConfigValues } from "../runtime/configuration.ts";
import type { SavepointFormat } from "../runtime/savepoint-options.ts";
import type { RecoveryClaimMode } from "../runtime/state/shared-state-registry.ts";
import type { StreamExecutionEnvironment } from "./stream-execution-environment.ts";

/** One entry of a plan: a fault, or something that a user does; see `docs/fault-plan.schema.json` for the names. */
export interface Fault {
  /** What goes wrong, such as "task-manager-dies". */
  readonly what: string;
  /** The place it strikes: a task, a task manager, "cluster", "storage", or an entry "ha/...". */
  readonly where: string;
  readonly when: FaultTime;
  /** For the message faults: which control message; without it, any. */
  readonly message?: string | undefined;
  /** For faults that last or delay: how long, in whole microseconds. */
  readonly duration?: number | undefined;
  /** For savepoints: what they are written in; `CANONICAL` if not given. */
  readonly format?: SavepointFormat | undefined;
  /** For "job-resumed": from which snapshot, whose it then is, and how the job is to run. */
  readonly resume?: ResumeOptions | undefined;
}

/** How a job is started again from what it left. */
export interface ResumeOptions {
  /** From the newest savepoint, or (the default) from the newest snapshot of any kind that was left. */
  readonly from?: "savepoint" | "newest" | undefined;
  /** Whose the snapshot is from then on; `NO_CLAIM` if not given. */
  readonly claimMode?: RecoveryClaimMode | undefined;
  /** Options that beat the case's, such as another parallelism or another backend. */
  readonly config?: ConfigValues | undefined;
}

/** When a fault strikes. */
export type FaultTime =
  /** At an instant, in whole microseconds of virtual time. */
  | { readonly at: number }
  /** After the n-th event of a kind at a place, counted per attempt and per checkpoint where they are given. */
  | {
      readonly after: {
        readonly event: string;
        readonly place: string;
        readonly attempt?: number | undefined;
        readonly checkpoint?: number | undefined;
        readonly nth: number;
      };
    };

/** A job with the world it runs in. */
export interface Scenario {
  /** Kebab-case and unique. */
  readonly name: string;
  /** One line for lists. */
  readonly title: string;
  /** Where it stands in lists. */
  readonly group: string;
  /** What it shows, in a few sentences. */
  readonly description: string;
  /** Builds the job, afresh at each call: every attempt takes its own function objects from one. */
  readonly build: () => StreamExecutionEnvironment;
  /** Values that beat what the program sets; a case's own beat these. */
  readonly config: ConfigValues;
  /** Contents of the outside logs that sources read: by log, by partition, in order. */
  readonly logs: { readonly [log: string]: readonly (readonly unknown[])[] };
  /** The faults of a run that names none. */
  readonly faults: readonly Fault[];
  /** Fault plans that `--faults` knows by name. */
  readonly plans: { readonly [name: string]: readonly Fault[] };
  /** The plan that `cleancut run` takes unless it is told another: what the scenario is there to show. */
  readonly shownPlan?: string;
  /** Made for teaching: options under `teaching.*`, which break the engine's promises, are refused elsewhere. */
  readonly isForTeaching?: boolean;
  /** Whether the committed output is the same multiset whatever the order of arrival. */
  readonly isConfluent: boolean;
  /** How a job is meant to end without outside help: FINISHED or FAILED. */
  readonly endsIn: "FINISHED" | "FAILED";
  /** What holds at every moment of every run, in sentences for readers; the checkers and the tests see to it. */
  readonly always?: readonly string[];
  /** What is true at the end of every run, in sentences for readers. */
  readonly eventually?: readonly string[];
  /** What must have happened at least once over a sweep of it. */
  readonly sometimes: readonly Sometimes[];
  /**
   * A quantity that no checkpoint may change, such as the money in all accounts: worked out from the contents of
   * each completed checkpoint, it must come out equal every time.
   */
  readonly conserved?: ((contents: CutContents) => string | number) | undefined;
}

/** What a completed checkpoint holds, as plain values. */
export interface CutContents {
  /** Every value of every state, subtask by subtask. */
  readonly states: readonly {
    /** The operator's uid. */
    readonly operator: string;
    /** The state's name, as in its descriptor. */
    readonly state: string;
    /** Undefined for operator state, of which each element is a value of its own. */
    readonly key: unknown;
    readonly value: unknown;
  }[];
  /** Every record under way at the cut, channel by channel, in order; none in an aligned checkpoint. */
  readonly channels: readonly { readonly channel: string; readonly value: unknown }[];
}

/** Something that a sweep must have seen at least once, or it proved too little. Names are those of `sim/search/coverage`. */
export type Sometimes =
  | "crash-while-pending"
  | "crash-between-store-and-notify"
  | "crash-between-notify-and-commit"
  | "crash-during-restore"
  | "second-crash-before-next-checkpoint"
  | "lost-notification"
  | "late-acknowledgement";
