// Bugs of files that checkpoints share, of restored state, and of timers that the zoo does not have: for each the one
// thing for want of which it cannot be written as an edit of this engine, or would be found in no run of it.

/** One bug that is not in the zoo. */
export interface MissingBug {
  /** Number in the tracker or the literature it comes from. */
  readonly ticket: string;
  readonly title: string;
  /** What the engine lacks, or what in it hides the bug; goes on a sentence. */
  readonly lacks: string;
}

/** Those of the mechanisms named above, tickets by number and tracker. */
export const MISSING_BUGS: readonly MissingBug[] = [
  {
    ticket: "T26",
    title: "timers are saved, and the watermark that fires them is not",
    lacks: "there are no watermarks; timers of processing time are in the zoo",
  },
  {
    ticket: "FLINK-6640",
    title: "metadata is written before the shared files in it are registered",
    lacks:
      "the files a checkpoint builds on are kept until the pointer to it is stored, so that nothing is deleted in between",
  },
  {
    ticket: "FLINK-7268",
    title: "deletions ordered before a failover are counted in the registry made after it",
    lacks:
      "the registry counts no references: what is the oldest checkpoint means the same before and after a failover",
  },
  {
    ticket: "FLINK-10809",
    title: "a keyed operator that is not the first of its task gets no state after rescaling",
    lacks: "only the first operator of a task can be keyed",
  },
  {
    ticket: "FLINK-11408",
    title: "merging session windows drops the timer of the merged one",
    lacks: "there are no windows",
  },
  {
    ticket: "FLINK-16576",
    title: "the numbers of states in one snapshot are taken for those in another",
    lacks:
      "states are told apart by name, and numbers hold within one snapshot: each snapshot is read by itself",
  },
  {
    ticket: "FLINK-19300",
    title: "a short read of a snapshot's head makes its timers vanish",
    lacks: "the storage reads a file whole or not at all",
  },
  {
    ticket: "FLINK-19741",
    title: "the timer service reads what another operator wrote into the same stream",
    lacks: "there is no raw keyed state: timers are state of their own, under a name",
  },
  {
    ticket: "FLINK-21080",
    title: "union state lacks the share of the subtasks that have finished",
    lacks: "there are no checkpoints after some tasks have finished",
  },
  {
    ticket: "FLINK-21351",
    title: "a savepoint pushes out the checkpoint that the next one builds on",
    lacks:
      "only the store says what a checkpoint is built on, and a plain savepoint never comes into it",
  },
  {
    ticket: "FLINK-22815",
    title: "barriers overtake elements of broadcast state, and subtasks save different copies",
    lacks: "there are no unaligned checkpoints",
  },
  {
    ticket: "FLINK-30561",
    title: "a cached file of the changelog is let go twice by one reader",
    lacks: "files of the changelog are not cached: each subtask reads those it needs",
  },
  {
    ticket: "FLINK-30863",
    title:
      "local files of the changelog are registered only when the checkpoint is known to be complete",
    lacks:
      "a copy is written before its checkpoint is acknowledged, and is of no use to another: nothing is registered",
  },
  {
    ticket: "KAFKA-7192",
    title: "a store with writes of an aborted transaction is kept after a crash",
    lacks: "a local copy is that of a snapshot: every restore begins with an empty backend",
  },
  {
    ticket: "KAFKA-14172",
    title: "a cache outlives a standby's turn as the active one",
    lacks: "there are no standby tasks",
  },
  {
    ticket: "KAFKA-16017",
    title: "a store that is half restored is marked as restored",
    lacks: "a local copy is never changed: a restore is not gone on with after another crash",
  },
  {
    ticket: "KAFKA-20760",
    title: "state and the position it stands for are flushed one after the other",
    lacks: "a local copy is proved by the checkpoint: nothing else that is flushed is read again",
  },
  {
    ticket: "SPARK-55892",
    title: "old files are deleted that a snapshot not uploaded yet uses again",
    lacks:
      "a snapshot is uploaded before it is acknowledged, and only the coordinator deletes shared files",
  },
];
