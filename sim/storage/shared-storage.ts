// The storage that all hosts share and that outlives them: checkpoints and the job master's durable part lie
// here. A write takes time by its size, may fail, and is published whole or not at all; if the writer dies
// before that, nothing was ever there.

import { type Actor, deadStandIn } from "../kernel/actor.ts";
import { type ChoiceKind, choiceKind } from "../kernel/chooser.ts";
import { bytesHash } from "../kernel/hash.ts";
import { unreachable } from "../kernel/invariant.ts";
import { Incarnation, Place } from "../kernel/place.ts";
import { compareText } from "../kernel/plain-object.ts";
import type { Simulation } from "../kernel/simulation.ts";
import { stateHashOf } from "../kernel/state-hash.ts";
import { after, type Duration, micros } from "../kernel/virtual-time.ts";
import type { StorageRecorder } from "./events.ts";
import type { StorageLink } from "./storage-link.ts";

/** What can be asked of the storage. */
export type StorageRequest =
  | { readonly kind: "write"; readonly path: string; readonly bytes: Uint8Array }
  | { readonly kind: "read"; readonly path: string }
  /** Makes a file ready to be read from, as fast as if it were empty; who reads from it then accounts for that. */
  | { readonly kind: "open"; readonly path: string }
  | { readonly kind: "list"; readonly prefix: string }
  | { readonly kind: "delete"; readonly path: string };

/** What came of it. A failure is data. */
export type StorageOutcome =
  | { readonly kind: "written" }
  | { readonly kind: "read"; readonly bytes: Uint8Array }
  | {
      readonly kind: "listed";
      readonly files: readonly { readonly path: string; readonly bytes: Uint8Array }[];
    }
  | { readonly kind: "deleted" }
  | { readonly kind: "failed"; readonly reason: string };

/** The message a requester gets: its own tag and what came of the request. */
export interface StorageAnswer {
  readonly kind: "storage-answer";
  readonly tag: unknown;
  readonly outcome: StorageOutcome;
}

/** Who asks, and how the answer is known again. */
export interface StorageAsker {
  readonly requester: Actor;
  readonly tag: unknown;
  /** The request's own number among those of the requester. */
  readonly id: number;
  /** What the requester shares with others on its machine; without it the way is its own. */
  readonly link?: StorageLink;
}

/** A request as the conditions of the storage see it. */
export interface StorageAccess {
  readonly request: Exclude<StorageRequest["kind"], "open">;
  readonly path: string;
  readonly by: string;
}

/** The state of the storage: asked once for every request. */
export interface StorageConditions {
  verdict(access: StorageAccess): StorageVerdict;
}

/** What happens to a request. */
export type StorageVerdict =
  | { readonly kind: "normal" }
  | { readonly kind: "slow"; readonly delay: Duration }
  | { readonly kind: "fail"; readonly reason: string };

/** How long things take. */
export interface StorageTiming {
  readonly latency: Duration;
  readonly jitter: Duration;
  /** Bytes taken in a second. */
  readonly bandwidth: number;
  /** The keys of an object store, if there is one in it: requests for them have a latency of their own. */
  readonly objectStore?: { readonly prefix: string; readonly latency: Duration } | undefined;
}

interface Arrival {
  readonly request: StorageRequest;
  readonly requester: Actor;
  readonly tag: unknown;
  readonly failure: string | undefined;
}

const STORAGE_DELAY = choiceKind("storage-delay");
const STORAGE = "storage";
const DAMAGED_FILE = choiceKind("damaged-file");
const FLIPPED_BIT = choiceKind("flipped-bit");

/** What can happen to a file that was published: it is gone, or one bit of it is not what it was. */
export type StorageDamage = "lost" | "rotten";

/** A durable store of files, shared by all hosts. */
export class SharedStorage implements Actor {
  readonly incarnation: Incarnation;
  readonly #simulation: Simulation;
  readonly #recorder: StorageRecorder;
  readonly #conditions: StorageConditions;
  readonly #timing: StorageTiming;
  readonly #files = new Map<string, Uint8Array>();
  #damages = 0;

  constructor(options: {
    readonly simulation: Simulation;
    readonly recorder: StorageRecorder;
    readonly conditions: StorageConditions;
    readonly timing: StorageTiming;
    /** For a copy: the life it goes on with. */
    readonly incarnation?: Incarnation;
  }) {
    this.incarnation = options.incarnation ?? new Incarnation(new Place(STORAGE), 0);
    this.#simulation = options.simulation;
    this.#recorder = options.recorder;
    this.#conditions = options.conditions;
    this.#timing = options.timing;
  }

  /** The files published so far, by path. */
  get files(): ReadonlyMap<string, Uint8Array> {
    return this.#files;
  }

  /**
   * The same storage in another world that goes on from this instant, in which everyone who ever asked is dead:
   * of what is on its way only deletions still count.
   */
  copyInto(world: {
    readonly simulation: Simulation;
    readonly recorder: StorageRecorder;
    readonly conditions: StorageConditions;
  }): SharedStorage {
    const copied = new SharedStorage({
      ...world,
      timing: this.#timing,
      incarnation: this.incarnation.copy(),
    });
    for (const [path, bytes] of this.#files) copied.#files.set(path, bytes);
    copied.#damages = this.#damages;
    this.#simulation.forEachPending((time, actor, message) => {
      if (actor !== this) return;
      const arrival = message as Arrival;
      const requester = deadStandIn(arrival.requester);
      world.simulation.deliver(time, copied, { ...arrival, requester });
    });
    return copied;
  }

  /** Asks for something; the requester gets a {@link StorageAnswer} with its tag, unless it dies first. */
  request(request: StorageRequest, asker: StorageAsker): void {
    const { requester, tag, id } = asker;
    const by = requester.incarnation.place.name;
    const path = request.kind === "list" ? request.prefix : request.path;
    if (request.kind === "write") {
      const bytes = request.bytes.length;
      this.#recorder.record("write-started", this.incarnation, { path, bytes, writer: by });
    }
    const kind = request.kind === "open" ? "read" : request.kind;
    const verdict = this.#conditions.verdict({ request: kind, path, by });
    const failure = verdict.kind === "fail" ? verdict.reason : undefined;
    const slowness = verdict.kind === "slow" ? verdict.delay : micros(0);
    const address = { kind: STORAGE_DELAY, at: requester.incarnation, ordinal: id };
    const jitter = micros(this.#simulation.chooser.choose(address, this.#timing.jitter + 1));
    const latency = this.#latencyOf(path);
    const transfer = this.#transfer(request, asker.link);
    const delay = micros(latency + jitter + slowness + transfer);
    const arrival: Arrival = { request, requester, tag, failure };
    this.#simulation.deliver(after(this.#simulation.now, delay), this, arrival);
  }

  /**
   * Breaks the storage's one promise, to keep what was published: damages one of the files at `paths`, which by
   * chance. It is recorded as what it comes to, a deletion or a write by the storage itself. Returns whether there
   * was anything to damage.
   */
  damage(paths: readonly string[], damage: StorageDamage): boolean {
    const present = paths.filter((path) => (this.#files.get(path)?.length ?? 0) > 0);
    if (present.length === 0) return false;
    const ordinal = this.#damages++;
    const path = present[this.#choose(DAMAGED_FILE, ordinal, present.length)] ?? "";
    if (damage === "lost") {
      this.#carryOut({ kind: "delete", path }, STORAGE);
      return true;
    }
    const bytes = Uint8Array.from(this.#files.get(path) ?? []);
    const bit = this.#choose(FLIPPED_BIT, ordinal, bytes.length * 8);
    const at = Math.floor(bit / 8);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit % 8));
    this.#carryOut({ kind: "write", path, bytes }, STORAGE);
    return true;
  }

  receive(message: Arrival): void {
    const { request, requester, failure } = message;
    const isOrphaned = !requester.incarnation.isAlive;
    const by = requester.incarnation.place.name;
    if (isOrphaned && request.kind === "write") {
      this.#recorder.record("write-abandoned", this.incarnation, {
        path: request.path,
        writer: by,
      });
    }
    if (isOrphaned && request.kind !== "delete") return;
    const outcome: StorageOutcome =
      failure === undefined ? this.#carryOut(request, by) : this.#refuse(request, by, failure);
    const answer: StorageAnswer = { kind: "storage-answer", tag: message.tag, outcome };
    if (!isOrphaned) requester.receive(answer);
  }

  stateHash(): string {
    const files = [...this.#files].sort(([a], [b]) => compareText(a, b));
    return stateHashOf(files);
  }

  #choose(kind: ChoiceKind, ordinal: number, bound: number): number {
    return this.#simulation.chooser.choose({ kind, at: this.incarnation, ordinal }, bound);
  }

  #carryOut(request: StorageRequest, by: string): StorageOutcome {
    switch (request.kind) {
      case "write": {
        this.#files.set(request.path, request.bytes);
        this.#recorder.record("write-completed", this.incarnation, {
          path: request.path,
          bytes: request.bytes.length,
          hash: bytesHash(request.bytes),
          writer: by,
        });
        return { kind: "written" };
      }
      case "open":
      case "read": {
        const bytes = this.#files.get(request.path);
        if (bytes === undefined) return { kind: "failed", reason: `no file at ${request.path}` };
        const read = request.kind === "open" ? 0 : bytes.length;
        const fields = { path: request.path, bytes: read, reader: by };
        this.#recorder.record("read-completed", this.incarnation, fields);
        return { kind: "read", bytes };
      }
      case "list": {
        const files = [...this.#files]
          .filter(([path]) => path.startsWith(request.prefix))
          .map(([path, bytes]) => ({ path, bytes }))
          .sort((a, b) => compareText(a.path, b.path));
        return { kind: "listed", files };
      }
      case "delete": {
        if (this.#files.delete(request.path)) {
          this.#recorder.record("file-deleted", this.incarnation, { path: request.path });
        }
        return { kind: "deleted" };
      }
      default:
        return unreachable(request);
    }
  }

  #refuse(request: StorageRequest, by: string, reason: string): StorageOutcome {
    const path = request.kind === "list" ? request.prefix : request.path;
    if (request.kind === "write") {
      this.#recorder.record("write-failed", this.incarnation, { path, writer: by, reason });
    }
    return { kind: "failed", reason };
  }

  #latencyOf(path: string): Duration {
    const { latency, objectStore } = this.#timing;
    const isObject = objectStore !== undefined && path.startsWith(objectStore.prefix);
    return isObject ? objectStore.latency : latency;
  }

  /** A file goes no faster than one can, and not before those that share the link have gone. */
  #transfer(request: StorageRequest, link: StorageLink | undefined): number {
    const bytes = request.kind === "write" ? request.bytes.length : this.#sizeAt(request);
    const alone = Math.ceil((bytes * 1_000_000) / this.#timing.bandwidth);
    const direction = request.kind === "write" ? "up" : "down";
    return Math.max(alone, link?.carry(bytes, direction, this.#simulation.now) ?? 0);
  }

  #sizeAt(request: StorageRequest): number {
    return request.kind === "read" ? (this.#files.get(request.path)?.length ?? 0) : 0;
  }
}
