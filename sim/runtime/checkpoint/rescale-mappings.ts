// Which old subtasks or channels a new one takes over, and the other way round (Flink: RescaleMappings).

/** From each source, by index, to its targets, in ascending order. Usually from new to old subtasks. */
export interface RescaleMappings {
  readonly targets: readonly (readonly number[])[];
  /** Targets are the numbers below this one, also those that no source has. */
  readonly targetCount: number;
}

/**
 * The same pairs, seen from the targets.
 *
 * @example invertMappings({ targets: [[0, 2], [1]], targetCount: 3 }) // { targets: [[0], [1], [0]], targetCount: 2 }
 */
export function invertMappings({ targets, targetCount }: RescaleMappings): RescaleMappings {
  const sources: number[][] = Array.from({ length: targetCount }, () => []);
  for (const [source, mapped] of targets.entries()) {
    for (const target of mapped) sources[target]?.push(source);
  }
  return { targets: sources, targetCount: targets.length };
}

/** The targets of more than one source, in ascending order: their data has to be filtered. */
export function ambiguousTargetsOf(mappings: RescaleMappings): readonly number[] {
  const ambiguous: number[] = [];
  for (const [target, sources] of invertMappings(mappings).targets.entries()) {
    if (sources.length > 1) ambiguous.push(target);
  }
  return ambiguous;
}

/** Whether every target is that of the source of the same index alone; sources beyond may have none. */
export function isIdentity({ targets, targetCount }: RescaleMappings): boolean {
  if (targets.length < targetCount) return false;
  return targets.every((mapped, source) =>
    source < targetCount ? mapped.length === 1 && mapped[0] === source : mapped.length === 0,
  );
}
