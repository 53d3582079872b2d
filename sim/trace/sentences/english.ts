// The English sentences.

import { durationText } from "../duration-text.ts";
import { excerpt } from "./excerpt.ts";
import { englishReason } from "./failure-reasons.ts";
import type { SentenceTemplates } from "./sentence-templates.ts";
import { userRequest } from "./user-requests.ts";

export const ENGLISH: SentenceTemplates = {
  // Network.
  "host-booted": (event) =>
    `Host ${who(event, "boot")} boots with its disk ${event.disk} and nothing in memory.`,
  "host-crashed": (event) =>
    `Host ${who(event, "boot")} crashes: everything in its memory is gone, its disk is ${event.disk}.`,
  "message-sent": (event) =>
    `${who(event)} sends ${event.to} the message "${event.message}" about ${event.about}.`,
  "message-lost": (event) =>
    `The message "${event.message}" about ${event.about} from ${who(event)} to ${event.to} is lost: ${event.to} hears of it only if it is sent again.`,
  "message-delayed": (event) =>
    `The message "${event.message}" about ${event.about} from ${who(event)} to ${event.to} is held up and arrives ${durationText(event.delay)} later.`,
  "message-doubled": (event) =>
    `The message "${event.message}" about ${event.about} from ${who(event)} to ${event.to} is doubled: it arrives twice.`,
  "channel-connected": (event) => `Channel ${who(event)} is connected and can carry records.`,
  "channel-broken": (event) =>
    `Channel ${who(event)} breaks and what was in it is lost: ${event.reason}.`,
  "channel-blocked": (event) =>
    `Channel ${who(event)} is blocked for checkpoint ${event.checkpoint}: what follows its barrier waits until the other barriers are there.`,
  "channel-resumed": (event) =>
    `Channel ${who(event)} is read again: checkpoint ${event.checkpoint} no longer holds it back.`,
  "buffer-sent": (event) =>
    `Channel ${who(event)} sends buffer ${event.sequence} with a ${event.element} of ${bytesText(event.bytes)}.`,
  "buffer-received": (event) =>
    `Channel ${who(event)} delivers buffer ${event.sequence} with a ${event.element} into the consumer's queue.`,
  "credit-granted": (event) =>
    `The consumer of channel ${who(event)} grants credit for ${counted(event.credits, "more buffer")}.`,

  // Storage.
  "write-started": (event) =>
    `${event.writer} starts to write ${bytesText(event.bytes)} to ${event.path} at ${place(event)}.`,
  "write-completed": (event) =>
    `${event.path} of ${bytesText(event.bytes)}, written by ${event.writer}, is now durable at ${place(event)} with hash ${event.hash}.`,
  "write-failed": (event) =>
    `The write of ${event.path} by ${event.writer} at ${place(event)} fails and leaves no file: ${event.reason}.`,
  "write-abandoned": (event) =>
    `The write of ${event.path} at ${place(event)} is abandoned, since its writer ${event.writer} is gone.`,
  "read-completed": (event) =>
    `${event.reader} has read ${bytesText(event.bytes)} of ${event.path} from ${place(event)}.`,
  "file-deleted": (event) => `${event.path} is deleted at ${place(event)}.`,

  // Checkpoints: the coordinator's part.
  "checkpoint-triggered": (event) =>
    `${who(event, "leadership")} triggers checkpoint ${event.checkpoint} and asks ${counted(event.tasks, "task")} to start it.`,
  "checkpoint-refused": (event) =>
    `${who(event, "leadership")} does not trigger a checkpoint now, because ${englishReason(event.reason)}.`,
  "acknowledgement-received": (event) =>
    event.outcome === "success"
      ? `${who(event, "leadership")} notes that ${task(event)} has acknowledged checkpoint ${event.checkpoint} with ${bytesText(event.bytes)} of state.`
      : `${who(event, "leadership")} does not count the acknowledgement of checkpoint ${event.checkpoint} by ${task(event)} with ${bytesText(event.bytes)}: it is ${event.outcome}.`,
  "decline-received": (event) =>
    `${who(event, "leadership")} learns that ${task(event)} declines checkpoint ${event.checkpoint}, because ${englishReason(event.reason)}.`,
  "shared-files-referenced": (event) =>
    `${who(event, "leadership")} notes which shared files checkpoint ${event.checkpoint} refers to, so that they stay as long as it does: ${event.files}.`,
  "checkpoint-stored": (event) =>
    `${who(event, "leadership")} has durably noted checkpoint ${event.checkpoint} under ${event.path}: from here on a restore uses it.`,
  "checkpoint-completed": (event) =>
    `Checkpoint ${event.checkpoint} is complete at ${lower(who(event, "leadership"))}, ${durationText(event.duration)} after its trigger, with ${sizeText(event)} of state.`,
  "checkpoint-aborted": (event) =>
    `${who(event, "leadership")} aborts checkpoint ${event.checkpoint}, because ${englishReason(event.reason)}.`,
  "checkpoint-subsumed": (event) =>
    `${who(event, "leadership")} drops checkpoint ${event.checkpoint}: the newer checkpoint ${event.by} takes its place.`,
  "completion-announced": (event) =>
    `${who(event, "leadership")} tells ${event.task} that checkpoint ${event.checkpoint} is complete, so that it may commit.`,
  "abort-announced": (event) =>
    `${who(event, "leadership")} tells ${event.task} that checkpoint ${event.checkpoint} was aborted.`,
  // Checkpoints: the subtask's part.
  "trigger-received": (event) =>
    `${who(event)} is asked to start checkpoint ${event.checkpoint}, and its own part of it begins.`,
  "barrier-received": (event) =>
    `The barrier of checkpoint ${event.checkpoint} reaches ${who(event)} on channel ${event.channel}.`,
  "alignment-completed": (event) =>
    `${who(event)} has the barriers of checkpoint ${event.checkpoint} from all its inputs, ${durationText(event.duration)} after the first.`,
  "barrier-emitted": (event) =>
    `${who(event)} emits the barrier of checkpoint ${event.checkpoint} on all its outputs: what it emits from here on belongs after the checkpoint.`,
  "snapshot-taken": (event) =>
    `${who(event)} takes its snapshot for checkpoint ${event.checkpoint} (start delay ${durationText(event.startDelay)}, alignment ${durationText(event.alignment)}, sync ${durationText(event.sync)}) and goes on with records.`,
  "snapshot-written": (event) =>
    `The snapshot of ${who(event)} for checkpoint ${event.checkpoint} is written: ${sizeText(event)} in ${durationText(event.async)}, in the background.`,
  "checkpoint-acknowledged": (event) =>
    `${who(event)} acknowledges checkpoint ${event.checkpoint} to the job master with ${bytesText(event.bytes)} of state.`,
  "checkpoint-declined": (event) =>
    `${who(event)} declines checkpoint ${event.checkpoint}, because ${englishReason(event.reason)}.`,
  "cancel-marker-received": (event) =>
    `The cancel marker of checkpoint ${event.checkpoint} reaches ${who(event)} on channel ${event.channel}: no barrier of it will come there.`,
  "cancel-marker-emitted": (event) =>
    `${who(event)} emits the cancel marker of checkpoint ${event.checkpoint} on all its outputs, so that nobody waits for its barrier.`,
  "completion-received": (event) =>
    `${who(event)} hears that checkpoint ${event.checkpoint} is complete and may commit what it covers.`,
  "materialization-started": (event) =>
    `${who(event)} fixes its keyed state for materialization ${event.materialization} and works on: it is uploaded beside all checkpoints.`,
  "materialization-completed": (event) =>
    `Materialization ${event.materialization} of ${who(event)} is done: ${bytesText(event.bytes)} uploaded in ${durationText(event.duration)}, and the log before it is forgotten.`,
  "materialization-failed": (event) =>
    `Materialization ${event.materialization} of ${who(event)} fails: ${event.reason}. Its log grows on until the next one.`,
  "abort-received": (event) =>
    `${who(event)} hears that checkpoint ${event.checkpoint} was aborted and gives up its part of it.`,

  // Tasks.
  "task-restored": (event) =>
    event.checkpoint === 0
      ? `${who(event)} is initialised with empty state.`
      : `${who(event)} is initialised with its state from checkpoint ${event.checkpoint}: what it did after that is undone.`,
  "task-running": (event) => `${who(event)} runs and takes records from now on.`,
  "record-read": (event) =>
    `${who(event)} reads ${event.value} from ${event.source}, partition ${event.partition}, offset ${event.offset}.`,
  "record-processed": (event) =>
    `${who(event)} takes record ${event.sequence}, ${event.value}, off channel ${event.channel} and processes it.`,
  "record-emitted": (event) =>
    `${who(event)} emits ${event.value} into channel ${event.channel} as record ${event.sequence}.`,
  "record-written": (event) =>
    `Sink "${event.sink}" of ${who(event)} writes ${event.value} to ${event.target}.`,
  "timer-registered": (event) =>
    `${event.operator} of ${who(event)} sets a timer for key ${event.key}, which fires once the clock shows more than ${event.timestamp} ms.`,
  "timer-fired": (event) =>
    `The timer of ${event.operator} in ${who(event)} for key ${event.key} at ${event.timestamp} ms fires.`,
  "state-updated": (event) =>
    `${who(event)} sets its state "${event.state}" for key ${event.key} to ${event.value}.`,
  "operator-snapshot-written": (event) =>
    `${who(event)} has written the state of its operator ${event.operator} for checkpoint ${event.checkpoint}: keyed state ${excerpt(event.keyed)}, operator state ${excerpt(event.operatorState)}.`,
  "operator-restored": (event) =>
    `${who(event)} holds the state of its operator ${event.operator} from checkpoint ${event.checkpoint} again: keyed state ${excerpt(event.keyed)}, operator state ${excerpt(event.operatorState)}.`,
  "output-blocked": (event) =>
    `${who(event)} has no room left in an output and stops taking records: it is back-pressured.`,
  "output-available": (event) =>
    `${who(event)} has room in its outputs again and goes on taking records.`,
  "hook-started": (event) => `${who(event)} enters the hook ${event.hook}.`,
  "hook-waiting": (event) =>
    `${who(event)} waits in the hook ${event.hook} for the answer to "${event.request}" and takes nothing else meanwhile.`,
  "hook-finished": (event) => `${who(event)} leaves the hook ${event.hook} and goes on.`,
  "end-of-data": (event) => `${who(event)} has seen the last record of its input.`,
  "task-finished": (event) => `${who(event)} finishes: its work is done and committed.`,
  "task-failed": (event) =>
    `${who(event)} fails and loses what it held in memory: ${event.reason}.`,
  "task-canceled": (event) => `${who(event)} is canceled and drops what it held in memory.`,

  // Cluster.
  "leadership-granted": (event) =>
    event.newestCheckpoint === 0
      ? `${who(event, "leadership")} becomes the leader and finds no completed checkpoint.`
      : `${who(event, "leadership")} becomes the leader and finds checkpoint ${event.newestCheckpoint} as the newest completed one.`,
  "job-status-changed": (event) =>
    `${who(event, "leadership")} changes the job's status to ${event.status}${statusText(event.status)}.`,
  "task-manager-registered": (event) =>
    `${who(event, "leadership")} registers ${event.taskManager}, which offers ${counted(event.slots, "slot")}; it calls itself ${event.resource}.`,
  "task-manager-lost": (event) =>
    `${who(event, "leadership")} gives up ${event.taskManager} and all tasks on it: ${event.reason}.`,
  "heartbeat-received": (event) =>
    `${who(event, "leadership")} receives a heartbeat of ${event.taskManager}: it is alive.`,
  "task-deployed": (event) =>
    `${who(event, "leadership")} deploys ${task(event)} on ${event.taskManager}${
      event.checkpoint === 0
        ? " with empty state"
        : `, to be restored from checkpoint ${event.checkpoint}`
    }.`,
  "failure-reported": (event) =>
    `${who(event, "leadership")} hears that ${task(event)} has failed (${event.reason}) and decides what to restart.`,
  "restart-scheduled": (event) =>
    `${who(event, "leadership")} will restart the tasks in ${durationText(event.delay)}, after ${counted(event.failures, "failure")} so far.`,
  "restore-started": (event) =>
    event.checkpoint === 0
      ? `${who(event, "leadership")} starts the tasks from nothing: there is no checkpoint to restore.`
      : `${who(event, "leadership")} starts to restore the tasks from checkpoint ${event.checkpoint}.`,
  "job-submitted": (event) =>
    `${who(event, "leadership")} starts the job again from checkpoint ${event.checkpoint}, ${event.path} (${event.claimMode}): attempts from ${event.attempt} on belong to submission ${event.submission}.`,
  "submission-refused": (event) =>
    `${who(event, "leadership")} refuses to start the job again: ${event.reason}.`,
  "job-ended": (event) =>
    `The job ends as ${event.status} at ${lower(who(event, "leadership"))}${
      event.reason === "" ? "" : `: ${event.reason}`
    }.`,

  // The outside world.
  "log-grew": (event) =>
    `${place(event)} grows: partition ${event.partition} now reaches to offset ${event.offset}.`,
  "request-handled": (event) =>
    `${place(event)} handles "${event.request}" of ${by(event)}: ${event.outcome}.`,
  "transaction-begun": (event) =>
    `${place(event)} opens transaction ${event.transaction}, epoch ${event.epoch}, for ${by(event)}.`,
  "transaction-flushed": (event) =>
    `${place(event)} holds ${counted(event.records, "record")} of transaction ${event.transaction}, epoch ${event.epoch}, safe but not yet visible.`,
  "transaction-committed": (event) =>
    `${place(event)} commits transaction ${event.transaction}, epoch ${event.epoch}: its ${counted(event.records, "record")} can be read from now on.`,
  "transaction-aborted": (event) =>
    `${place(event)} aborts transaction ${event.transaction}, epoch ${event.epoch}, and nobody will ever read its records: ${event.reason}.`,
  "producer-fenced": (event) =>
    `${place(event)} turns away an old producer of transaction ${event.transaction}: the epoch is now ${event.epoch}.`,
  "record-committed": (event) =>
    `${event.value} becomes visible in log ${event.log}, partition ${event.partition}, offset ${event.offset}, by transaction ${event.transaction}.`,
  "line-printed": (event) => `${by(event)} prints ${event.line}, which cannot be taken back.`,
  "record-collected": (event) =>
    `Collector ${event.collector} takes ${event.value} from ${by(event)}.`,

  // Faults.
  "fault-struck": (event) => {
    const request = userRequest(event.what, "en");
    return request === undefined
      ? `Fault ${event.fault} strikes ${place(event)}: ${event.what}.`
      : `Somebody ${request} (entry ${event.fault} of the plan, at ${lower(place(event))}).`;
  },

  // Local recovery.
  "local-state-stored": (event) =>
    `${who(event, "boot")} keeps a copy of the keyed state of ${event.task} for checkpoint ${event.checkpoint} on its disk: ${counted(event.files, "file")}, ${bytesText(event.bytes)}.`,
  "local-state-discarded": (event) =>
    `${who(event, "boot")} deletes its copy of the keyed state of ${event.task} for checkpoint ${event.checkpoint}.`,
  "restore-alternative-chosen": (event) =>
    event.alternative === "local"
      ? `${event.task} restores ${event.operator} of checkpoint ${event.checkpoint} from the copy on the disk of ${who(event, "boot")}.`
      : `${event.task} on ${who(event, "boot")} takes the ${event.alternative} alternative for ${event.operator} of checkpoint ${event.checkpoint} and asks the checkpoint storage: ${event.reason}.`,
};

interface Actor {
  readonly place: string;
  readonly incarnation: number;
}

/** The actor, with its incarnation unless it is the first. */
function who(actor: Actor, incarnation = "attempt"): string {
  const name = place(actor);
  return actor.incarnation === 0 ? name : `${name} (${incarnation} ${actor.incarnation})`;
}

function place({ place: name }: { readonly place: string }): string {
  return name === "job-master" ? "The job master" : name;
}

function task(event: { readonly task: string; readonly attempt: number }): string {
  return who({ place: event.task, incarnation: event.attempt });
}

function by(event: { readonly by: string; readonly attempt: number }): string {
  return who({ place: event.by, incarnation: event.attempt });
}

/** A subject that does not open the sentence. */
function lower(subject: string): string {
  return subject.startsWith("The ") ? `t${subject.slice(1)}` : subject;
}

/** How much state a snapshot has, and how much of it was written for it if that is not all. */
function sizeText({
  bytes,
  fullBytes,
}: {
  readonly bytes: number;
  readonly fullBytes: number;
}): string {
  if (bytes === fullBytes) return bytesText(fullBytes);
  return `${bytesText(fullBytes)} (${bytesText(bytes)} of them new)`;
}

function bytesText(bytes: number): string {
  return counted(bytes, "byte");
}

function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
}

function statusText(status: string): string {
  switch (status) {
    case "CREATED":
      return ": nothing is deployed yet";
    case "RUNNING":
      return ": all its tasks run";
    case "RESTARTING":
      return ": all tasks stop, to start again from a checkpoint";
    case "FAILING":
      return ": all tasks stop, for good";
    case "FAILED":
      return ": it will not be restarted";
    case "FINISHED":
      return ": all its work is done";
    default:
      return "";
  }
}
