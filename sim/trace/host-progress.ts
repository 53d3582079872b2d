// What is known of one host, event by event.

/** A host: a task manager's or another. */
export interface HostProgress {
  readonly name: string;
  readonly isUp: boolean;
  /** Which boot, from 0. */
  readonly boot: number;
  readonly registration: HostRegistration;
}

/** What the job master thinks of a host. */
export type HostRegistration =
  | { readonly kind: "unregistered" }
  | { readonly kind: "registered"; readonly slots: number }
  | { readonly kind: "lost"; readonly reason: string };

/** A host of which nothing is known yet. */
export function newHost(name: string): HostProgress {
  return { name, isUp: false, boot: 0, registration: { kind: "unregistered" } };
}
