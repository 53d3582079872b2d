// Puts the faults of a plan into a running cluster. It watches the events as they are recorded, strikes when
// one's time has come, and holds the conditions of network and storage. The engine knows nothing of it.

import type { Fault } from "../api/scenario.ts";
import type { Actor } from "../kernel/actor.ts";
import { must, unreachable } from "../kernel/invariant.ts";
import { Incarnation, Place } from "../kernel/place.ts";
import { compareText } from "../kernel/plain-object.ts";
import type { EventObserver } from "../kernel/recorder.ts";
import type { Simulation } from "../kernel/simulation.ts";
import { stateHashOf } from "../kernel/state-hash.ts";
import { instant, micros, millis } from "../kernel/virtual-time.ts";
import type { NetworkConditions, Transmission, TransmissionVerdict } from "../network/network.ts";
import type { ResumeRequest, UserRequest } from "../runtime/cluster/user-requests.ts";
import type { SavepointFormat } from "../runtime/savepoint-options.ts";
import { RECOVERY_CLAIM_MODE_DEFAULT } from "../runtime/state/shared-state-registry.ts";
import type {
  StorageAccess,
  StorageConditions,
  StorageDamage,
  StorageVerdict,
} from "../storage/shared-storage.ts";
import type { FaultRecorder } from "./events.ts";
import {
  type ActionName,
  type DamageName,
  type FaultName,
  isAction,
  scopeOf,
} from "./fault-kinds.ts";

/** What faults can do to a cluster. Each says whether it had any effect. */
export interface FaultTarget {
  failTask(task: string, reason: string): boolean;
  crashTaskManager(name: string, disk: "kept" | "lost"): boolean;
  losePower(): boolean;
  requestCheckpoint(): boolean;
  requestSavepoint(format: SavepointFormat): boolean;
  /** A user asks for something, and again until it is done. */
  ask(request: UserRequest): void;
  readonly storage: DamageableStorage;
}

/** What damage needs of the storage. */
interface DamageableStorage {
  readonly files: ReadonlyMap<string, Uint8Array>;
  damage(paths: readonly string[], damage: StorageDamage): boolean;
}

/** A plan whose faults strike as their time comes. */
export class FaultInjector implements Actor, NetworkConditions, StorageConditions {
  readonly incarnation = new Incarnation(new Place("faults"), 0);
  readonly #faults: readonly Fault[];
  /** Which of them can strike, by their place in the plan. */
  readonly #entries: readonly number[];
  readonly #places: readonly Incarnation[];
  readonly #recorder: FaultRecorder;
  readonly #seen: number[];
  readonly #struck = new Set<number>();
  /** Conditions whose time has come and that wait for what meets them, by fault. */
  readonly #armed = new Set<number>();
  /** Where the `_metadata` of the newest completed checkpoint lies. */
  #newestMetadata: string | undefined = undefined;
  #simulation: Simulation | undefined = undefined;
  #target: FaultTarget | undefined = undefined;

  /** Of the plan `faults` only `entries` can strike. */
  constructor(
    faults: readonly Fault[],
    recorder: FaultRecorder,
    entries: readonly number[] = [...faults.keys()],
  ) {
    this.#faults = faults;
    this.#entries = entries;
    this.#places = faults.map(({ where }) => new Incarnation(new Place(where), 0));
    this.#recorder = recorder;
    this.#seen = faults.map(() => 0);
  }

  /** What goes on in a world after a power loss at this instant: no more faults, but what users are yet to do. */
  afterPowerLoss(recorder: FaultRecorder): FaultInjector {
    const left = this.#entries.filter((index) => {
      return isAction(this.#faults[index]?.what ?? "") && !this.#struck.has(index);
    });
    const copy = new FaultInjector(this.#faults, recorder, left);
    for (const index of left) copy.#seen[index] = this.#seen[index] ?? 0;
    return copy;
  }

  /** Starts the plan. `observe` lets it see events of a kind. */
  start(options: {
    readonly simulation: Simulation;
    readonly target: FaultTarget;
    readonly observe: (kind: string, observer: EventObserver) => void;
  }): void {
    this.#simulation = options.simulation;
    this.#target = options.target;
    const striking = this.#entries.flatMap((index) => this.#faults[index] ?? []);
    if (striking.some(({ what }) => scopeOf(what) === "checkpoint-file")) {
      options.observe("checkpoint-stored", (_kind, _at, { path }) => {
        this.#newestMetadata = String(path);
      });
    }
    for (const index of this.#entries) {
      const { when } = must(this.#faults[index], "entry of a plan");
      if ("at" in when) {
        const at = instant(Math.max(when.at, options.simulation.now));
        options.simulation.strike(at, this, index);
      } else
        options.observe(when.after.event, (_kind, at, fields) => this.#onEvent(index, at, fields));
    }
  }

  /** The faults that never struck, as the plan has them. */
  get unstruck(): readonly Fault[] {
    return this.#entries.flatMap((index) => {
      return this.#struck.has(index) ? [] : (this.#faults[index] ?? []);
    });
  }

  receive(index: number): void {
    const fault = this.#faults[index];
    if (fault === undefined) return;
    if (isCondition(fault)) {
      this.#armed.add(index);
      return;
    }
    if (this.#strike(fault, index)) this.#noteStrike(index);
  }

  verdict(transmission: Transmission): TransmissionVerdict;
  verdict(access: StorageAccess): StorageVerdict;
  verdict(subject: Transmission | StorageAccess): TransmissionVerdict | StorageVerdict {
    return "message" in subject ? this.#ofTransmission(subject) : this.#ofAccess(subject);
  }

  stateHash(): string {
    const newest = this.#newestMetadata ?? "";
    return stateHashOf([this.describeState(), [...this.#struck], [...this.#armed], newest]);
  }

  /** Plain data that tells what is still to strike, as far as it waits for events. */
  describeState(): unknown {
    return this.#entries.map((index) => [index, this.#seen[index]]);
  }

  #onEvent(index: number, at: Incarnation, fields: { readonly [field: string]: unknown }): void {
    const fault = this.#faults[index];
    if (fault === undefined || !("after" in fault.when)) return;
    const { place, attempt, checkpoint, nth } = fault.when.after;
    const isHere = at.place.name === place || fields["task"] === place;
    if (!isHere) return;
    const number = fields["task"] === place ? fields["attempt"] : at.number;
    if (attempt !== undefined && number !== undefined && number !== attempt) return;
    if (checkpoint !== undefined && fields["checkpoint"] !== checkpoint) return;
    this.#seen[index] = (this.#seen[index] ?? 0) + 1;
    if (this.#seen[index] !== nth) return;
    if (isCondition(fault)) this.#armed.add(index);
    else this.#simulation?.strike(this.#simulation.now, this, index);
  }

  #strike(fault: Fault, index: number): boolean {
    const target = this.#target;
    if (target === undefined) return false;
    const what = fault.what as FaultName | ActionName | DamageName;
    switch (what) {
      case "task-throws":
        return target.failTask(fault.where, "injected failure");
      case "task-manager-dies":
        return target.crashTaskManager(fault.where, "kept");
      case "task-manager-loses-disk":
        return target.crashTaskManager(fault.where, "lost");
      case "power-loss":
        return target.losePower();
      case "checkpoint-requested":
        return target.requestCheckpoint();
      case "savepoint-requested":
        return target.requestSavepoint(fault.format ?? "CANONICAL");
      case "job-stopped":
        target.ask({ kind: "stop", format: fault.format ?? "CANONICAL" });
        return true;
      case "job-canceled":
        target.ask({ kind: "cancel" });
        return true;
      case "job-resumed":
        target.ask({ ...this.#resumptionOf(fault), submission: this.#submissionOf(index) });
        return true;
      case "storage-loses-file":
        return target.storage.damage(this.#checkpointFiles(fault.where, target.storage), "lost");
      case "storage-corrupts-file":
        return target.storage.damage(this.#checkpointFiles(fault.where, target.storage), "rotten");
      case "storage-corrupts-entry":
        return target.storage.damage(entriesAt(fault.where, target.storage), "rotten");
      case "message-lost":
      case "message-delayed":
      case "message-doubled":
      case "storage-slow":
      case "storage-fails":
        return false;
      default:
        return unreachable(what);
    }
  }

  #resumptionOf({ resume }: Fault): Omit<ResumeRequest, "submission"> {
    return {
      kind: "resume",
      from: resume?.from ?? "newest",
      claimMode: resume?.claimMode ?? RECOVERY_CLAIM_MODE_DEFAULT,
    };
  }

  /** Which of the plan's submissions an entry is: they are numbered in its order, from 1. */
  #submissionOf(index: number): number {
    return submissionsOf(this.#faults).indexOf(must(this.#faults[index], "entry of a plan")) + 1;
  }

  /** The files of the newest completed checkpoint that `owner` wrote: a task its state, the job master `_metadata`. */
  #checkpointFiles(owner: string, { files }: DamageableStorage): readonly string[] {
    const metadata = this.#newestMetadata;
    if (metadata === undefined) return [];
    if (owner === "job-master") return [metadata];
    const directory = metadata.slice(0, metadata.lastIndexOf("/") + 1);
    return [...files.keys()]
      .filter((path) => path.startsWith(`${directory}${owner}-`))
      .sort(compareText);
  }

  #ofTransmission({ message, to, about }: Transmission): TransmissionVerdict {
    for (const index of this.#armed) {
      const fault = this.#faults[index];
      if (fault === undefined || scopeOf(fault.what) !== "message") continue;
      if (fault.message !== undefined && fault.message !== message) continue;
      if (fault.where !== about && fault.where !== to) continue;
      this.#use(index);
      if (fault.what === "message-lost") return { kind: "lose" };
      if (fault.what === "message-delayed")
        return { kind: "delay", delay: micros(fault.duration ?? 0) };
      return { kind: "double", delay: micros(fault.duration ?? millis(1)) };
    }
    return { kind: "pass" };
  }

  #ofAccess({ request, by }: StorageAccess): StorageVerdict {
    if (request !== "write") return { kind: "normal" };
    for (const index of this.#armed) {
      const fault = this.#faults[index];
      if (fault === undefined || scopeOf(fault.what) !== "storage") continue;
      if (fault.where !== by && fault.where !== "storage") continue;
      this.#use(index);
      if (fault.what === "storage-fails") return { kind: "fail", reason: "injected write error" };
      return { kind: "slow", delay: micros(fault.duration ?? 0) };
    }
    return { kind: "normal" };
  }

  #use(index: number): void {
    this.#armed.delete(index);
    this.#noteStrike(index);
  }

  #noteStrike(index: number): void {
    this.#struck.add(index);
    const at = this.#places[index];
    const what = this.#faults[index]?.what ?? "";
    if (at !== undefined) this.#recorder.record("fault-struck", at, { fault: index, what });
  }
}

/** The entries of a plan that start the job again, in its order: submissions 1, 2, and so on. */
export function submissionsOf(plan: readonly Fault[]): readonly Fault[] {
  return plan.filter(({ what }) => what === "job-resumed");
}

function isCondition({ what }: Fault): boolean {
  const scope = scopeOf(what);
  return scope === "message" || scope === "storage";
}

/** The entry at `path`; of the pointers below it, the one to the newest completed checkpoint. */
function entriesAt(path: string, { files }: DamageableStorage): readonly string[] {
  if (files.has(path)) return [path];
  const below = `${path}/`;
  const numbers = [...files.keys()]
    .filter((file) => file.startsWith(below))
    .map((file) => Number(file.slice(below.length)));
  return numbers.length === 0 ? [] : [`${below}${Math.max(...numbers)}`];
}
