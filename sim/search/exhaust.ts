// Exhaustive crashes: a certificate that no point of a run at which the power could be lost, or a machine could
// die, breaks a claim. Points whose future cannot differ form a class, and one run stands for all of it; an
// audit runs every point and says whether the classes told the truth.
//
// A point lies after each event that the kernel handled. What follows a power loss depends on what is durable
// and on the choices still to come; so a class is the hash of the durable world and of what each checker still
// remembers, both taken when the next attempt is about to be restored. A deadline of the outside further away
// than the horizon is left out of it, which is sound as long as no run of the class comes near it; where one
// does, the class is split.
//
// After the death of one machine the job master and the other machines live on, and what they have in memory
// decides too. So nothing is merged there: every point is run to its end. (Classes by what is durable were tried;
// audits of planted bugs showed that they missed up to a fifth of the failing points.) Only where a second crash is
// tried after it, one point stands for those that leave the same behind.

import { ScenarioError } from "../api/graph-builder.ts";
import type { CheckedJob, CheckerFold, Verdict } from "../checkers/checker.ts";
import { isAction } from "../faults/fault-kinds.ts";
import { type Case, scenarioName } from "../harness/case.ts";
import { taskManagerNames } from "../harness/cluster.ts";
import type { PreparedJob } from "../harness/prepared-job.ts";
import type { Runner } from "../harness/runner.ts";
import type { World } from "../harness/world.ts";
import type { Instant } from "../kernel/virtual-time.ts";
import { EventIndex, identityText } from "../trace/event-identity.ts";
import { EventDecoder, tracedKinds } from "../trace/trace.ts";
import { TRACE_EVENT_KINDS, type TraceEvent } from "../trace/trace-event.ts";
import { type BranchRest, CrashBranch, DEADLINE_HORIZON } from "./crash-branch.ts";
import { requireJudgedOutput } from "./judged-output.ts";

/** What is tried at every point. */
export type Crash =
  | { readonly kind: "power-loss" }
  | { readonly kind: "task-manager-dies"; readonly taskManager: string };

/** A point of the run without faults. */
export interface CrashPoint {
  /** Events handled before it. */
  readonly index: number;
  /** When, in microseconds. */
  readonly time: number;
  /** The identity of the last event in the trace before it. */
  readonly after: string;
}

/** A point at which a claim breaks. */
export interface CrashFinding {
  readonly point: CrashPoint;
  /** How many points its class has. */
  readonly classSize: number;
  readonly checker: string;
  readonly sentence: string;
  /** The case that shows it. */
  readonly case: Case;
}

/** What an audit adds: every point was run, and compared with what its class said. */
export interface CrashAudit {
  /** Points at which some claim broke. */
  readonly failing: number;
  /** Failing points whose class's representative held: the merging would have missed them. */
  readonly missed: readonly CrashPoint[];
}

/** Whether a second power loss is tried after the first crash, and where. */
export type SecondCrash =
  | "none"
  /** At every event until all tasks run again. */
  | "during-recovery"
  /** At every event until the end. */
  | "anywhere";

/** What trying a second crash after each class's first one came to. */
export interface SecondCrashCount {
  readonly points: number;
  readonly classes: number;
}

/** What trying every point came to. */
export interface CrashCertificate {
  readonly crash: Crash;
  readonly points: number;
  /** After the death of a machine each point is a class of its own. */
  readonly classes: number;
  /** Runs taken to the end. */
  readonly runs: number;
  readonly findings: readonly CrashFinding[];
  /** Classes that were split since a deadline could have fallen due. */
  readonly splitClasses: number;
  readonly audit: CrashAudit | undefined;
  readonly second: SecondCrashCount | undefined;
}

/** How thorough to be. */
export interface ExhaustOptions {
  /** Runs every point, not only the representatives. */
  readonly isAudit: boolean;
  readonly second: SecondCrash;
  /** Is told how many points are done. */
  readonly onProgress?: (done: number, points: number) => void;
}

const KINDS = tracedKinds(TRACE_EVENT_KINDS);
const ALL = { until: 86_400_000_000 as Instant, maxEvents: 2_000_000 };

/**
 * Tries `crash` at every point of the case's run without faults, in which users do what its plan says they do. Throws
 * named errors for what is wrong with the case.
 */
export function exhaust(
  runner: Runner,
  request: Case,
  ...[crash, options]: readonly [Crash, ExhaustOptions]
): CrashCertificate {
  const { faults } = runner.prepare(request);
  const actions = faults.filter(({ what }) => isAction(what));
  const job = runner.prepare({ ...request, faults: actions });
  requireJudgedOutput(job);
  const whole = eventsOfRun(runner, job);
  const search = new CrashSearch(runner, job, { crash, whole });
  const points = whole.handled;
  for (let index = 1; index <= points; index++) {
    search.tryPoint(index, options);
    options.onProgress?.(index, points);
  }
  return search.certificate(points, options);
}

/** Every crash that can be tried on a case: the loss of power, and the death of each task manager. */
export function crashesOf(runner: Runner, request: Case): readonly Crash[] {
  const { description, configuration } = runner.prepare(request);
  const deaths = taskManagerNames(description, configuration).map(
    (taskManager): Crash => ({ kind: "task-manager-dies", taskManager }),
  );
  return [{ kind: "power-loss" }, ...deaths];
}

interface WholeRun {
  readonly events: readonly TraceEvent[];
  readonly identities: EventIndex;
  readonly handled: number;
}

function eventsOfRun(runner: Runner, job: PreparedJob): WholeRun {
  const world = runner.world(job);
  const end = world.run(ALL);
  if (end !== "idle") {
    const reason =
      end === "endless-restarts"
        ? "the job starts over for ever"
        : `its run does not end within ${ALL.maxEvents} events and a day of virtual time`;
    throw new ScenarioError(
      `Cannot try the crashes of ${scenarioName(job.case)}: without any ${reason}`,
    );
  }
  world.recorder.finish();
  const decoder = new EventDecoder(KINDS);
  const events: TraceEvent[] = [];
  for (const block of world.recorder.blocks) decoder.decodeInto(block, events);
  return { events, identities: new EventIndex(events), handled: world.simulation.handled };
}

interface CrashClass {
  readonly representative: CrashPoint;
  readonly verdicts: readonly Verdict[];
  /** When the representative's run ended, after its crash. */
  readonly lasted: number;
  readonly members: CrashPoint[];
}

/** What a second crash, at `time`, came to after a first one at `point`. */
interface SecondClass {
  readonly point: CrashPoint;
  readonly time: Instant;
  readonly verdicts: readonly Verdict[];
}

/** The state of one search: the world at the point in hand, the folds that have read up to it, the classes. */
class CrashSearch {
  readonly #runner: Runner;
  readonly #job: PreparedJob;
  readonly #crash: Crash;
  readonly #whole: WholeRun;
  readonly #rest: BranchRest = { hasCome: false, at: undefined };
  readonly #checked: CheckedJob;
  readonly #base: World;
  readonly #prefix: readonly CheckerFold[];
  readonly #classes = new Map<string, CrashClass>();
  readonly #secondClasses = new Map<string, SecondClass>();
  readonly #missed: CrashPoint[] = [];
  #secondPoints = 0;
  #eventsRead = 0;
  #failing = 0;
  #runs = 0;
  #splits = 0;

  constructor(
    runner: Runner,
    job: PreparedJob,
    { crash, whole }: { readonly crash: Crash; readonly whole: WholeRun },
  ) {
    this.#runner = runner;
    this.#job = job;
    this.#crash = crash;
    this.#whole = whole;
    this.#checked = runner.checkedJob(job, this.#rest);
    this.#base = runner.world(job);
    this.#prefix = runner.startChecks(this.#checked);
  }

  tryPoint(index: number, { isAudit, second }: ExhaustOptions): void {
    this.#base.run({ ...ALL, maxEvents: index });
    this.#readUpTo(this.#base.recorder.eventCount);
    const world = this.#struck(index);
    if (world === undefined) return;
    const point = this.#pointAt(index);
    const branch = new CrashBranch(
      world,
      this.#prefix.map((fold) => fold.clone()),
      this.#rest,
    );
    branch.runToRestore();
    const restoredAt = branch.now;
    const hash = branch.classHash();
    const known = this.#classes.get(hash);
    const isMerged = this.#crash.kind === "power-loss";
    if (isMerged && known !== undefined) {
      if (this.#staysClear(known)) {
        known.members.push(point);
        if (isAudit) this.#compare(known, point, branch.finish());
        return;
      }
      this.#splits++;
    }
    const verdicts = branch.finish();
    this.#runs++;
    const lasted = branch.now - restoredAt;
    const key = known === undefined ? hash : `${hash} ${index}`;
    this.#classes.set(key, { representative: point, verdicts, lasted, members: [point] });
    if (verdicts.some(isViolated)) this.#failing++;
    if (second !== "none" && (isMerged || known === undefined)) this.#trySecond(point, second);
  }

  /** Loses the power once more at every event after a class's first crash. */
  #trySecond(point: CrashPoint, second: SecondCrash): void {
    const world = this.#struck(point.index);
    if (world === undefined) return;
    const branch = new CrashBranch(
      world,
      this.#prefix.map((fold) => fold.clone()),
      this.#rest,
    );
    while (branch.step()) {
      if (second === "during-recovery" && branch.isRecovered) return;
      this.#secondPoints++;
      const fork = branch.afterPowerLoss();
      fork.runToRestore();
      const hash = fork.classHash();
      if (this.#secondClasses.has(hash)) continue;
      const verdicts = fork.finish();
      this.#runs++;
      this.#secondClasses.set(hash, { point, verdicts, time: branch.now });
    }
  }

  certificate(points: number, { isAudit, second }: ExhaustOptions): CrashCertificate {
    const classes = [...this.#classes.values()];
    return {
      crash: this.#crash,
      points,
      classes: classes.length,
      runs: this.#runs,
      findings: [
        ...classes.flatMap((found) => this.#findingsOf(found)),
        ...[...this.#secondClasses.values()].flatMap((found) => this.#secondFindingsOf(found)),
      ],
      splitClasses: this.#splits,
      audit: isAudit ? { failing: this.#failing, missed: this.#missed } : undefined,
      second:
        second === "none"
          ? undefined
          : { points: this.#secondPoints, classes: this.#secondClasses.size },
    };
  }

  /** The world after the crash at the present point; undefined if there is nothing to strike. */
  #struck(index: number): World | undefined {
    if (this.#crash.kind === "power-loss") return this.#base.afterPowerLoss();
    const world = this.#runner.world(this.#job);
    world.run({ ...ALL, maxEvents: index });
    world.recorder.finish();
    return world.cluster.crashTaskManager(this.#crash.taskManager, "kept") ? world : undefined;
  }

  #readUpTo(count: number): void {
    for (; this.#eventsRead < count; this.#eventsRead++) {
      const event = this.#whole.events[this.#eventsRead];
      if (event === undefined) return;
      for (const fold of this.#prefix) fold.step(event);
    }
  }

  #pointAt(index: number): CrashPoint {
    const last = this.#eventsRead - 1;
    const after =
      last < 0 ? "the beginning" : identityText(this.#whole.identities.identityOf(last));
    return { index, time: this.#base.simulation.now, after };
  }

  /** Whether a class's run ended long before a deadline left out of its hash could fall due. */
  #staysClear({ lasted, representative }: CrashClass): boolean {
    const spread = this.#base.simulation.now - representative.time;
    return lasted + spread < DEADLINE_HORIZON;
  }

  #compare(known: CrashClass, point: CrashPoint, verdicts: readonly Verdict[]): void {
    this.#runs++;
    if (!verdicts.some(isViolated)) return;
    this.#failing++;
    if (!known.verdicts.some(isViolated)) this.#missed.push(point);
  }

  #findingsOf({ representative, verdicts, members }: CrashClass): readonly CrashFinding[] {
    return verdicts.filter(isViolated).map(({ checker, sentence }) => ({
      point: representative,
      classSize: members.length,
      checker,
      sentence,
      case: {
        ...this.#job.case,
        faults: [...this.#job.faults, this.#faultAt(representative)],
      },
    }));
  }

  #secondFindingsOf({ point, time, verdicts }: SecondClass): readonly CrashFinding[] {
    const again = { what: "power-loss", where: "cluster", when: { at: time } };
    return verdicts.filter(isViolated).map(({ checker, sentence }) => ({
      point,
      classSize: 1,
      checker,
      sentence,
      case: {
        ...this.#job.case,
        faults: [...this.#job.faults, this.#faultAt(point), again],
      },
    }));
  }

  #faultAt({ time, after }: CrashPoint): NonNullable<Case["faults"]>[number] {
    const crash = this.#crash;
    const where = crash.kind === "power-loss" ? "cluster" : crash.taskManager;
    const [place = "", event = "", nth = "1"] = after.split(" ");
    const [name = "", attempt = "0"] = place.split("#");
    if (event === "") return { what: crash.kind, where, when: { at: time } };
    const when = { event, place: name, attempt: Number(attempt), nth: Number(nth) };
    return { what: crash.kind, where, when: { after: when } };
  }
}

function isViolated(verdict: Verdict): verdict is Extract<Verdict, { kind: "violated" }> {
  return verdict.kind === "violated";
}
