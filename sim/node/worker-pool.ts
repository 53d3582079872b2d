// Whole runs in parallel, over plain worker threads. Each worker has one batch in hand; batches grow until they take
// long enough for the message between them not to matter. What comes back is handed on as it comes: whoever
// needs an order sorts.

import { Worker } from "node:worker_threads";

/** What a worker runs, and what it is started with. */
export interface WorkerSetup {
  /** Path of the worker's bundle; a `.ts` worker does not start on every Node that we run on. */
  readonly script: string;
  readonly workerData: unknown;
}

/** How a pool is set up. */
export interface WorkerPoolOptions extends WorkerSetup {
  readonly workers: number;
}

/** A pool that works through items of one kind. */
export interface PoolWork<Item, Result> {
  /** Takes items from the front, as workers ask for them. */
  readonly items: Iterator<Item>;
  /** Takes the results of a batch, in the batch's order. */
  readonly onResults: (results: readonly Result[]) => void;
}

/**
 * Works through all items, or until `isStopped` says so: then what is in hand is finished, so that the items done are
 * always the first ones. Rejects with what a worker could not do, once the others have finished what they have in
 * hand too.
 */
export async function workThrough<Item, Result>(
  options: WorkerPoolOptions,
  work: PoolWork<Item, Result>,
  isStopped: () => boolean,
): Promise<void> {
  let hasFailed = false;
  const isOver = (): boolean => hasFailed || isStopped();
  const workers = Array.from({ length: options.workers }, async () => {
    try {
      await workOn<Item, Result>(options, work, isOver);
    } catch (error) {
      hasFailed = true;
      throw error;
    }
  });
  const ends = await Promise.allSettled(workers);
  const failed = ends.find((end) => end.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}

/** What a batch should take, in milliseconds. */
const BATCH_MS = 50;
const BATCH_SIZE_MAX = 1000;

async function workOn<Item, Result>(
  setup: WorkerSetup,
  { items, onResults }: PoolWork<Item, Result>,
  isStopped: () => boolean,
): Promise<void> {
  const worker = startWorker(setup);
  try {
    let size = 1;
    for (;;) {
      const batch = isStopped() ? [] : take(items, size);
      if (batch.length === 0) return;
      const start = performance.now();
      onResults((await answerOf(worker, batch)) as readonly Result[]);
      const perItem = (performance.now() - start) / batch.length;
      size = Math.max(1, Math.min(BATCH_SIZE_MAX, 2 * size, Math.floor(BATCH_MS / perItem)));
    }
  } finally {
    await worker.terminate();
  }
}

/** A worker that waits for its first request. Node's options are not passed on: a bundle needs no loader. */
export function startWorker({ script, workerData }: WorkerSetup): Worker {
  return new Worker(script, { workerData, execArgv: [] });
}

/** What a worker answers to a request; it has one in hand at a time. Rejects if it breaks down over it. */
export function answerOf(worker: Worker, request: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const answered = (answer: unknown): void => settle(() => resolve(answer));
    const failed = (error: unknown): void => settle(() => reject(error));
    const ended = (code: number): void => {
      settle(() => reject(new Error(`A worker ended with code ${code} before it answered`)));
    };
    const settle = (act: () => void): void => {
      worker.off("message", answered).off("error", failed).off("exit", ended);
      act();
    };
    worker.on("message", answered).on("error", failed).on("exit", ended);
    worker.postMessage(request);
  });
}

function take<Item>(items: Iterator<Item>, count: number): readonly Item[] {
  const batch: Item[] = [];
  while (batch.length < count) {
    const next = items.next();
    if (next.done === true) break;
    batch.push(next.value);
  }
  return batch;
}
