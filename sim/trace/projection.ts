// State at event i: what every subtask, channel, checkpoint, host and outside system is known to be after the
// events up to i. A pure fold over the trace. All parts are immutable and replaced when they change, so that a
// keyframe (`clone`) copies a few small maps and a part that did not change is the same object.

import { invariant, must, unreachable } from "../kernel/invariant.ts";
import type { JobDescription } from "../runtime/task/job-graph.ts";
import {
  type ChannelProgress,
  channelsOf,
  emptied,
  type InFlightElement,
  reconnected,
  withEmitted,
  withProcessed,
  withReceived,
} from "./channel-progress.ts";
import {
  type CheckpointProgress,
  checkpointAfter,
  checkpointMovedBy,
} from "./checkpoint-progress.ts";
import { History } from "./history.ts";
import { type HostProgress, type HostRegistration, newHost } from "./host-progress.ts";
import { type JobProgress, jobAfter, NEW_JOB } from "./job-progress.ts";
import { type LogProgress, logAfter, newLog, type OutsideRecord } from "./outside-progress.ts";
import { PartList } from "./part-list.ts";
import {
  deployed,
  isOver,
  lostWithHost,
  type SubtaskProgress,
  type SubtaskState,
  subtaskAfter,
  subtasksOf,
  withInputBlocked,
} from "./subtask-progress.ts";
import type { TraceEvent } from "./trace-event.ts";

/** The world as the trace shows it after some event. */
export interface WorldProgress {
  /** The last event taken in; -1 before the first. */
  readonly index: number;
  /** That event's virtual time, in microseconds. */
  readonly time: number;
  readonly job: JobProgress;
  /** In the order of the topology. */
  readonly subtasks: readonly SubtaskProgress[];
  /** By edge, then producer, then consumer. */
  readonly channels: readonly ChannelProgress[];
  /** In the order of their triggers. */
  readonly checkpoints: readonly CheckpointProgress[];
  /** Task managers and other hosts, in the order they appeared. */
  readonly hosts: readonly HostProgress[];
  readonly logs: readonly LogProgress[];
  /** The simulated standard output. */
  readonly printed: History<OutsideRecord>;
  readonly collectors: readonly CollectorProgress[];
}

/** A collector and what it has collected. */
export interface CollectorProgress {
  readonly name: string;
  readonly records: History<OutsideRecord>;
}

/**
 * The world after `events[index]`; before the first event for -1.
 *
 * @example project(trace.header.topology, events, 411).subtasks
 */
export function project(
  topology: JobDescription,
  events: readonly TraceEvent[],
  index: number,
): WorldProgress {
  invariant(
    index >= -1 && index < events.length,
    `Cannot project to event ${index}: the trace has ${events.length}`,
  );
  const state = ProjectionState.start(topology);
  for (const event of events.slice(0, index + 1)) state.apply(event);
  return state.world();
}

/** The fold itself: takes in one event after another. */
export class ProjectionState {
  readonly #wiring: Wiring;
  readonly #jobs: PartList<"job", JobProgress>;
  readonly #subtasks: PartList<string, SubtaskState>;
  readonly #channels: PartList<string, ChannelProgress>;
  readonly #checkpoints: PartList<number, CheckpointProgress>;
  readonly #hosts: PartList<string, HostProgress>;
  readonly #logs: PartList<string, LogProgress>;
  readonly #printed: PartList<"stdout", History<OutsideRecord>>;
  readonly #collectors: PartList<string, CollectorProgress>;
  #index: number;
  #time: number;

  private constructor(wiring: Wiring, parts: ProjectionParts) {
    this.#wiring = wiring;
    this.#jobs = parts.jobs;
    this.#subtasks = parts.subtasks;
    this.#channels = parts.channels;
    this.#checkpoints = parts.checkpoints;
    this.#hosts = parts.hosts;
    this.#logs = parts.logs;
    this.#printed = parts.printed;
    this.#collectors = parts.collectors;
    this.#index = parts.index;
    this.#time = parts.time;
  }

  /** The state before the first event. */
  static start(topology: JobDescription): ProjectionState {
    const channels = channelsOf(topology);
    const wiring = {
      outputs: channelNames(channels, (channel) => channel.producer),
      inputs: channelNames(channels, (channel) => channel.consumer),
    };
    return new ProjectionState(wiring, {
      index: -1,
      time: 0,
      jobs: PartList.of([NEW_JOB], () => "job"),
      subtasks: PartList.of(subtasksOf(topology), nameOf),
      channels: PartList.of(channels, nameOf),
      checkpoints: PartList.of([], ({ id }: CheckpointProgress) => id),
      hosts: PartList.of([], nameOf<HostProgress>),
      logs: PartList.of([], nameOf<LogProgress>),
      printed: PartList.of([History.empty<OutsideRecord>()], () => "stdout"),
      collectors: PartList.of([], nameOf<CollectorProgress>),
    });
  }

  /** The last event taken in; -1 before the first. */
  get index(): number {
    return this.#index;
  }

  /** An equal state that goes its own way from here. */
  clone(): ProjectionState {
    return new ProjectionState(this.#wiring, {
      index: this.#index,
      time: this.#time,
      jobs: this.#jobs.clone(),
      subtasks: this.#subtasks.clone(),
      channels: this.#channels.clone(),
      checkpoints: this.#checkpoints.clone(),
      hosts: this.#hosts.clone(),
      logs: this.#logs.clone(),
      printed: this.#printed.clone(),
      collectors: this.#collectors.clone(),
    });
  }

  /** Takes from `known`, a state of the same run at any moment, every part in which the two are equal. */
  shareWith(known: ProjectionState): void {
    this.#jobs.shareWith(known.#jobs);
    this.#subtasks.shareWith(known.#subtasks);
    this.#channels.shareWith(known.#channels);
    this.#checkpoints.shareWith(known.#checkpoints);
    this.#hosts.shareWith(known.#hosts);
    this.#logs.shareWith(known.#logs);
    this.#printed.shareWith(known.#printed);
    this.#collectors.shareWith(known.#collectors);
  }

  /** The world as it is now; it will not change when more events are applied. */
  world(): WorldProgress {
    return {
      index: this.#index,
      time: this.#time,
      job: must(this.#jobs.get("job"), "job"),
      subtasks: this.#subtasks.list(),
      channels: this.#channels.list(),
      checkpoints: this.#checkpoints.list(),
      hosts: this.#hosts.list(),
      logs: this.#logs.list(),
      printed: must(this.#printed.get("stdout"), "standard output"),
      collectors: this.#collectors.list(),
    };
  }

  /** Takes in the next event of the trace. */
  apply(event: TraceEvent): void {
    this.#index = event.index;
    this.#time = event.time;
    this.#applyToCheckpoint(event);
    switch (event.kind) {
      case "leadership-granted":
      case "job-status-changed":
      case "checkpoint-stored":
      case "restore-started":
      case "job-ended":
        this.#jobs.set("job", jobAfter(must(this.#jobs.get("job"), "job"), event), this.#index);
        return;
      case "host-booted":
      case "host-crashed":
        this.#applyToHost(event);
        return;
      case "task-manager-registered":
        this.#register(event.taskManager, { kind: "registered", slots: event.slots });
        return;
      case "task-manager-lost":
        this.#register(event.taskManager, { kind: "lost", reason: event.reason });
        return;
      case "task-deployed": {
        const { attempt, taskManager, checkpoint } = event;
        this.#deploy(event.task, { attempt, taskManager, checkpoint });
        return;
      }
      case "task-restored":
      case "task-running":
      case "record-read":
      case "record-processed":
      case "record-emitted":
      case "record-written":
      case "timer-registered":
      case "timer-fired":
      case "state-updated":
      case "operator-snapshot-written":
      case "operator-restored":
      case "output-blocked":
      case "output-available":
      case "hook-started":
      case "hook-waiting":
      case "hook-finished":
      case "task-finished":
      case "task-failed":
      case "task-canceled":
      case "trigger-received":
      case "barrier-received":
      case "alignment-completed":
      case "barrier-emitted":
      case "snapshot-taken":
      case "checkpoint-acknowledged":
      case "checkpoint-declined":
      case "cancel-marker-received":
      case "cancel-marker-emitted":
      case "completion-received":
      case "abort-received":
        this.#applyToSubtask(event);
        return;
      case "channel-connected":
      case "channel-broken":
      case "channel-blocked":
      case "channel-resumed":
        this.#applyToChannel(event);
        return;
      case "transaction-begun":
      case "transaction-flushed":
      case "transaction-committed":
      case "transaction-aborted":
      case "record-committed": {
        const log = this.#logs.get(event.place) ?? newLog(event.place);
        this.#logs.set(event.place, logAfter(log, event), this.#index);
        return;
      }
      case "line-printed": {
        const { line, by, attempt, time } = event;
        const printed = must(this.#printed.get("stdout"), "standard output");
        const longer = printed.append({ value: line, by, attempt, at: time });
        this.#printed.set("stdout", longer, this.#index);
        return;
      }
      case "record-collected": {
        const { collector, value, by, attempt, time } = event;
        const records = this.#collectors.get(collector)?.records ?? History.empty<OutsideRecord>();
        const collected = records.append({ value, by, attempt, at: time });
        this.#collectors.set(collector, { name: collector, records: collected }, this.#index);
        return;
      }
      case "message-sent":
      case "message-lost":
      case "message-delayed":
      case "message-doubled":
      case "buffer-sent":
      case "buffer-received":
      case "credit-granted":
      case "write-started":
      case "write-completed":
      case "write-failed":
      case "write-abandoned":
      case "read-completed":
      case "file-deleted":
      case "checkpoint-triggered":
      case "checkpoint-refused":
      case "acknowledgement-received":
      case "decline-received":
      case "shared-files-referenced":
      case "checkpoint-completed":
      case "checkpoint-aborted":
      case "checkpoint-subsumed":
      case "completion-announced":
      case "abort-announced":
      case "snapshot-written":
      case "materialization-started":
      case "materialization-completed":
      case "materialization-failed":
      case "end-of-data":
      case "heartbeat-received":
      case "failure-reported":
      case "restart-scheduled":
      case "log-grew":
      case "request-handled":
      case "producer-fenced":
      case "fault-struck":
      case "job-submitted":
      case "submission-refused":
      case "local-state-stored":
      case "local-state-discarded":
      case "restore-alternative-chosen":
        return;
      default:
        unreachable(event);
    }
  }

  #applyToCheckpoint(event: TraceEvent): void {
    const id = checkpointMovedBy(event);
    if (id === undefined) return;
    const checkpoint = checkpointAfter(this.#checkpoints.get(id), event);
    if (checkpoint !== undefined) this.#checkpoints.set(id, checkpoint, this.#index);
  }

  #applyToHost(event: TraceEvent): void {
    const name = event.place;
    const host = this.#hosts.get(name) ?? newHost(name);
    const isUp = event.kind === "host-booted";
    this.#hosts.set(name, { ...host, isUp, boot: event.incarnation }, this.#index);
    if (isUp) return;
    for (const subtask of this.#subtasks.list()) {
      if (subtask.taskManager !== name || isOver(subtask.life)) continue;
      this.#subtasks.set(subtask.name, lostWithHost(subtask, name), this.#index);
      this.#changeChannels(this.#wiring.inputs, subtask.name, emptied);
    }
  }

  #register(name: string, registration: HostRegistration): void {
    const host = this.#hosts.get(name) ?? { ...newHost(name), isUp: true };
    this.#hosts.set(name, { ...host, registration }, this.#index);
  }

  #deploy(name: string, deployment: Deployment): SubtaskState | undefined {
    const subtask = this.#subtasks.get(name);
    if (subtask === undefined || deployment.attempt < subtask.attempt) return undefined;
    const next = deployed(subtask, deployment);
    this.#subtasks.set(name, next, this.#index);
    this.#changeChannels(this.#wiring.inputs, name, reconnected);
    this.#changeChannels(this.#wiring.outputs, name, reconnected);
    return next;
  }

  #applyToSubtask(event: TraceEvent): void {
    const subtask = this.#subtaskOf(event);
    if (subtask === undefined) return;
    const next = subtaskAfter(subtask, event);
    this.#subtasks.set(next.name, next, this.#index);
    if (isOver(next.life)) this.#changeChannels(this.#wiring.inputs, next.name, emptied);
    const emittedAt = event.time;
    switch (event.kind) {
      case "record-emitted": {
        const { channel, sequence, value } = event;
        const record = { kind: "record", sequence, value, emittedAt } as const;
        this.#changeChannel(channel, (found) => withEmitted(found, record));
        return;
      }
      case "record-processed":
        this.#changeChannel(event.channel, (found) => withProcessed(found, event.sequence));
        return;
      case "barrier-emitted":
        this.#emit(next.name, { kind: "barrier", checkpoint: event.checkpoint, emittedAt });
        return;
      case "cancel-marker-emitted": {
        const { checkpoint } = event;
        this.#emit(next.name, { kind: "cancel-marker", checkpoint, emittedAt });
        return;
      }
      case "barrier-received":
        this.#receive(event.channel, "barrier", event.checkpoint);
        return;
      case "cancel-marker-received":
        this.#receive(event.channel, "cancel-marker", event.checkpoint);
        return;
      default:
        return;
    }
  }

  /** The subtask an event happened at; undefined if an earlier attempt of it did it. */
  #subtaskOf(event: TraceEvent): SubtaskState | undefined {
    const subtask = this.#subtasks.get(event.place);
    if (subtask === undefined || event.incarnation < subtask.attempt) return undefined;
    if (event.incarnation === subtask.attempt) return subtask;
    const deployment = { attempt: event.incarnation, taskManager: undefined, checkpoint: 0 };
    return this.#deploy(event.place, deployment);
  }

  #applyToChannel(event: TraceEvent): void {
    const channel = this.#channels.get(event.place);
    if (channel === undefined) return;
    const consumer = must(this.#subtasks.get(channel.consumer), "consumer of a channel");
    switch (event.kind) {
      case "channel-connected":
        this.#channels.set(channel.name, { ...channel, brokenBecause: undefined }, this.#index);
        return;
      case "channel-broken": {
        this.#channels.set(
          channel.name,
          { ...emptied(channel), brokenBecause: event.reason },
          this.#index,
        );
        const resumed = withInputBlocked(consumer, channel.name, false);
        this.#subtasks.set(consumer.name, resumed, this.#index);
        return;
      }
      case "channel-blocked":
      case "channel-resumed": {
        const isBlocked = event.kind === "channel-blocked";
        const blockedFor = isBlocked ? event.checkpoint : undefined;
        this.#channels.set(channel.name, { ...channel, blockedFor }, this.#index);
        const changed = withInputBlocked(consumer, channel.name, isBlocked);
        this.#subtasks.set(consumer.name, changed, this.#index);
        return;
      }
      default:
        return;
    }
  }

  /** Puts the same into every output of a subtask. */
  #emit(producer: string, element: InFlightElement): void {
    this.#changeChannels(this.#wiring.outputs, producer, (channel) =>
      withEmitted(channel, element),
    );
  }

  #receive(channel: string, kind: "barrier" | "cancel-marker", checkpoint: number): void {
    this.#changeChannel(channel, (found) => withReceived(found, kind, checkpoint));
  }

  #changeChannels(
    wires: ReadonlyMap<string, readonly string[]>,
    subtask: string,
    change: (channel: ChannelProgress) => ChannelProgress,
  ): void {
    for (const channel of wires.get(subtask) ?? []) this.#changeChannel(channel, change);
  }

  #changeChannel(name: string, change: (channel: ChannelProgress) => ChannelProgress): void {
    const channel = this.#channels.get(name);
    if (channel !== undefined) this.#channels.set(name, change(channel), this.#index);
  }
}

/** What a state is made of; subtasks with all that their phase is derived from. */
interface ProjectionParts {
  readonly index: number;
  readonly time: number;
  readonly jobs: PartList<"job", JobProgress>;
  readonly subtasks: PartList<string, SubtaskState>;
  readonly channels: PartList<string, ChannelProgress>;
  readonly checkpoints: PartList<number, CheckpointProgress>;
  readonly hosts: PartList<string, HostProgress>;
  readonly logs: PartList<string, LogProgress>;
  readonly printed: PartList<"stdout", History<OutsideRecord>>;
  readonly collectors: PartList<string, CollectorProgress>;
}

/** Names of channels by the subtask at one end. */
interface Wiring {
  readonly outputs: ReadonlyMap<string, readonly string[]>;
  readonly inputs: ReadonlyMap<string, readonly string[]>;
}

interface Deployment {
  readonly attempt: number;
  readonly taskManager: string | undefined;
  readonly checkpoint: number;
}

function channelNames(
  channels: readonly ChannelProgress[],
  endOf: (channel: ChannelProgress) => string,
): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  for (const channel of channels) {
    const end = endOf(channel);
    const known = names.get(end);
    if (known === undefined) names.set(end, [channel.name]);
    else known.push(channel.name);
  }
  return names;
}

function nameOf<Part extends { readonly name: string }>({ name }: Part): string {
  return name;
}
