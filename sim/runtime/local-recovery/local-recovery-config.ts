// Which halves of local recovery are on (Flink: LocalRecoveryConfig).

/** Whether second copies of keyed state are kept on the task managers' disks, and whether restores take them. */
export interface LocalRecoveryConfig {
  /** `execution.checkpointing.local-backup.enabled`; where that is not set, as `isRecoveryEnabled`. */
  readonly isBackupEnabled: boolean;
  /** `execution.state-recovery.from-local` */
  readonly isRecoveryEnabled: boolean;
}
