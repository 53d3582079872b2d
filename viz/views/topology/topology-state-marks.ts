// Keyed state as bullet bars: a bar for what a value is now, a tick in its hue for what each retained checkpoint
// holds of it. One scale for all subtasks of a vertex, so that bars can be compared.

import { scaleLinear } from "d3";
import { parseCanonicalText } from "../../../sim/kernel/canonical-value.ts";
import type { CheckpointProgress } from "../../../sim/trace/checkpoint-progress.ts";
import type { WorldProgress } from "../../../sim/trace/projection.ts";
import type { SubtaskProgress } from "../../../sim/trace/subtask-progress.ts";
import { checkpointInk, type Mark } from "../../drawing/mark.ts";
import { fittedText } from "../../drawing/text-width.ts";
import { heldKey, type RunJourneys } from "./topology-journeys.ts";
import type { Rectangle } from "./topology-layout.ts";
import type { TopologyMoment } from "./topology-moment.ts";

/** The bars of a subtask's state within an area; none if it holds nothing that can be measured. */
export function stateMarks(
  subtask: SubtaskProgress,
  area: Rectangle,
  { world, journeys }: TopologyMoment,
): readonly Mark[] {
  if (area.width < 24 || area.height < ROW) return [];
  const bars = barsOf(subtask, world, journeys);
  if (bars.length === 0) return [];
  const siblings = world.subtasks.filter(({ vertex }) => vertex === subtask.vertex);
  const all = siblings.flatMap((sibling) => barsOf(sibling, world, journeys));
  const most = Math.max(1, ...all.flatMap(({ now, ticks }) => [now, ...ticks.map(({ at }) => at)]));
  const scale = { most, name: subtask.name };
  return bars.length * ROW <= area.height
    ? bars.flatMap((bar, row) => rowMarks(bar, { ...area, y: area.y + row * ROW }, scale))
    : columnsMarks(bars, area, scale);
}

/** A value, and what retained checkpoints hold of it. */
interface Bar {
  readonly key: string;
  readonly label: string;
  readonly now: number;
  readonly ticks: readonly { readonly checkpoint: number; readonly at: number }[];
  readonly title: string;
}

interface Scale {
  readonly most: number;
  readonly name: string;
}

const ROW = 13;
const TEXT = 10;

function barsOf(
  { name, keyed }: SubtaskProgress,
  { checkpoints }: WorldProgress,
  journeys: RunJourneys,
): readonly Bar[] {
  const retained = checkpoints.filter(isRetained).map(({ id }) => ({
    checkpoint: id,
    values: journeys.snapshotOf(name, id),
  }));
  return keyed.values().flatMap((held): readonly Bar[] => {
    const now = measureOf(held.value);
    if (now === undefined) return [];
    const ticks = retained.flatMap(({ checkpoint, values }) => {
      const at = measureOf(values.get(heldKey(held)) ?? "undefined");
      return at === undefined ? [] : [{ checkpoint, at }];
    });
    const key = parseCanonicalText(held.key);
    const label = typeof key === "string" ? key : held.key;
    return [
      { key: heldKey(held), label, now, ticks, title: `${held.state}[${label}] = ${held.value}` },
    ];
  });
}

function isRetained({ phase }: CheckpointProgress): boolean {
  return phase.kind === "completed" || phase.kind === "stored";
}

/** A number itself, of a list or a map how long it is. */
function measureOf(value: string): number | undefined {
  const parsed = parseCanonicalText(value);
  if (typeof parsed === "number" && Number.isFinite(parsed)) return Math.max(0, parsed);
  if (typeof parsed === "bigint") return Math.max(0, Number(parsed));
  if (Array.isArray(parsed)) return parsed.length;
  return parsed instanceof Map || parsed instanceof Set ? parsed.size : undefined;
}

/** A bar lying, with its key before it and its value behind it. */
function rowMarks(bar: Bar, { x, y, width }: Rectangle, { most, name }: Scale): readonly Mark[] {
  const labelWidth = Math.min(44, width * 0.36);
  const valueWidth = 20;
  const left = x + labelWidth + 3;
  const length = Math.max(4, width - labelWidth - valueWidth - 3);
  const along = scaleLinear([0, most], [left, left + length]);
  const end = along(bar.now);
  const { title } = bar;
  const text = { kind: "text", y: y + 9, size: TEXT, title } as const;
  const key = `${name} ${bar.key}`;
  const label = fittedText(bar.label, TEXT, labelWidth);
  return [
    { ...text, key: `state key ${key}`, x, text: label, fill: "secondary" },
    {
      kind: "rect",
      key: `state bar ${key}`,
      x: left,
      y: y + 2,
      width: end - left,
      height: 6.5,
      fill: "secondary",
      title,
    },
    { ...text, key: `state value ${key}`, x: end + 3, text: String(bar.now) },
    ...bar.ticks.map(({ checkpoint, at }): Mark => {
      const tick = along(at);
      return {
        kind: "line",
        key: `state tick ${checkpoint} ${key}`,
        x1: tick,
        y1: y,
        x2: tick,
        y2: y + 10.5,
        stroke: checkpointInk(checkpoint),
        strokeWidth: 2,
        title,
      };
    }),
  ];
}

/** Bars standing side by side, where there are too many to name. */
function columnsMarks(
  bars: readonly Bar[],
  { x, y, width, height }: Rectangle,
  { most, name }: Scale,
): readonly Mark[] {
  const step = Math.max(2, Math.min(8, width / bars.length));
  const shown = bars.slice(0, Math.floor(width / step));
  const base = y + height;
  const up = scaleLinear([0, most], [base, base - Math.min(height, 36)]);
  return shown.flatMap((bar, index): readonly Mark[] => {
    const left = x + index * step;
    const breadth = Math.max(1, step - 1.5);
    const top = up(bar.now);
    const key = `${name} ${bar.key}`;
    const { title } = bar;
    return [
      {
        kind: "rect",
        key: `state column ${key}`,
        x: left,
        y: top,
        width: breadth,
        height: base - top,
        fill: "secondary",
        title,
      },
      ...bar.ticks.map(({ checkpoint, at }): Mark => {
        const level = up(at);
        return {
          kind: "line",
          key: `state tick ${checkpoint} ${key}`,
          x1: left - 0.75,
          y1: level,
          x2: left + breadth + 0.75,
          y2: level,
          stroke: checkpointInk(checkpoint),
          strokeWidth: 2,
          title,
        };
      }),
    ];
  });
}
