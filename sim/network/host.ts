// A machine of the cluster. Whatever runs on it dies with it; each boot is a new incarnation.

import { invariant, must } from "../kernel/invariant.ts";
import { Incarnation, Place } from "../kernel/place.ts";

/** A machine that can crash and boot again. */
export class Host {
  readonly place: Place;
  #boot: Incarnation | undefined = undefined;
  #boots = 0;
  #residents: Incarnation[] = [];

  /** `boots` says how often it has booted before. */
  constructor(name: string, boots = 0) {
    this.place = new Place(name);
    this.#boots = boots;
  }

  get isUp(): boolean {
    return this.#boot !== undefined;
  }

  /** How often this host has booted. */
  get boots(): number {
    return this.#boots;
  }

  /** The present boot. Throws while the host is down. */
  get incarnation(): Incarnation {
    return must(this.#boot, () => `boot of ${this.place.name}, which is down`);
  }

  /** Starts the machine. */
  boot(): Incarnation {
    invariant(this.#boot === undefined, () => `Cannot boot ${this.place.name}: it is up`);
    this.#boot = new Incarnation(this.place, this.#boots++);
    return this.#boot;
  }

  /** Has `resident` die with this machine's present boot. */
  adopt(resident: Incarnation): void {
    invariant(
      this.isUp,
      () => `Cannot run ${resident.place.name} on ${this.place.name}: the host is down`,
    );
    if (this.#residents.length > 64) {
      this.#residents = this.#residents.filter((other) => other.isAlive);
    }
    this.#residents.push(resident);
  }

  /** Stops the machine and everything on it, at once. */
  crash(): void {
    this.incarnation.end();
    for (const resident of this.#residents) resident.end();
    this.#residents = [];
    this.#boot = undefined;
  }
}
