// What a transactional log can be asked. Each request may be sent twice with the effect of once, for an answer may be
// lost.

import type { OutsideRequest } from "../runtime/task/outside-request.ts";

/** One transaction: an epoch of a transactional id. */
export interface TransactionName {
  readonly transactionalId: string;
  readonly epoch: number;
}

/** A record on its way into a log. */
export interface AppendedRecord {
  /** Counted round the log's partitions. */
  readonly partition: number;
  readonly value: unknown;
}

/** A request to a transactional log, with the value that it is answered with. */
export type TransactionalLogRequest =
  /** Refuses new transactions to generations of `producer` older than `generation`; nothing. */
  | (Addressed & {
      readonly kind: "fence-producer";
      readonly producer: string;
      readonly generation: number;
    })
  /** Begins a transaction: raises the id's epoch, aborts and fences its older ones; the epoch, from 0. */
  | (Addressed & {
      readonly kind: "init-producer";
      readonly producer: string;
      readonly generation: number;
      readonly transactionalId: string;
    })
  /** Appends batch number `batch`, from 0, of a transaction, if the ones before it have arrived; nothing. */
  | (Addressed &
      TransactionName & {
        readonly kind: "append";
        readonly batch: number;
        readonly records: readonly AppendedRecord[];
      })
  /** Asks whether all `batches` batches that were sent have arrived; a {@link FlushResult}. */
  | (Addressed & TransactionName & { readonly kind: "flush"; readonly batches: number })
  /** Makes the transaction's records visible for good; nothing. */
  | (Addressed & TransactionName & { readonly kind: "commit" })
  /** Drops the transaction's records for good; nothing. */
  | (Addressed & TransactionName & { readonly kind: "abort" })
  /** Asks for the open transactions whose id begins with `prefix`; a list of {@link ListedTransaction}. */
  | (Addressed & { readonly kind: "list"; readonly prefix: string });

/** An open transaction, as listed. */
export interface ListedTransaction extends TransactionName {
  /** The generation that began it. */
  readonly generation: number;
}

/** What a flush found. */
export interface FlushResult {
  /** How many batches have arrived: those numbered from here on are to be sent again. */
  readonly arrived: number;
}

/** `system` is the log's. */
type Addressed = OutsideRequest;
