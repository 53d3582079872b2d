// Where a record of a job's input lies.

/** Where a record lies, before any edit. */
export interface RecordAddress {
  /** The outside log, as the scenario names it. */
  readonly source: string;
  readonly partition: number;
  readonly offset: number;
}

/** The written form: `words/0:17`. */
export function addressText({ source, partition, offset }: RecordAddress): string {
  return `${source}/${partition}:${offset}`;
}
