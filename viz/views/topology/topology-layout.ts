// Where everything of a job lies. It depends on the job and the size alone, so nothing ever moves about. Places are
// reckoned along the flow and across it: records go to the right, or down where the width is too little for that.

import { must } from "../../../sim/kernel/invariant.ts";
import type { Size } from "../../drawing/scene-view.ts";
import { boxWidthOfName, SMALL_NAME_SIZE } from "./topology-box-title.ts";
import {
  type Column,
  type Columns,
  columnsOf,
  type Item,
  type Link,
  type TopologyParts,
} from "./topology-columns.ts";
import {
  bend,
  linePath,
  PIPE_RADIUS,
  type Pipe,
  type Point,
  pipeThrough,
  ribbonPath,
} from "./topology-pipe.ts";

/** The way records go. */
export type Flow = "right" | "down";

/** A box. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where things are. */
export interface TopologyLayout {
  readonly flow: Flow;
  /** As asked for, but large enough for everything. */
  readonly size: Size;
  readonly jobMaster: Rectangle;
  /** Subtasks by name, logs by `logKey`. */
  readonly boxes: ReadonlyMap<string, Rectangle>;
  readonly pipes: readonly PlacedLink[];
  /** How far apart the lanes of an input are at the least: what is written beside a lane must fit. */
  readonly lanePitch: number;
  /** Whether each box is wide enough for its name. */
  readonly areNamesWhole: boolean;
}

/** A link and its way. */
export interface PlacedLink extends Link {
  readonly pipe: Pipe;
  /** The pipe's middle line and its outline, as SVG paths. */
  readonly line: string;
  readonly outline: string;
}

/** The layout for a size; it is larger than asked for where everything would not fit otherwise. */
export function topologyLayout(parts: TopologyParts, size: Size): TopologyLayout {
  const graph = columnsOf(parts);
  const names = {
    usual: Math.max(...parts.subtasks.map(({ name }) => boxWidthOfName(name))),
    small: Math.max(...parts.subtasks.map(({ name }) => boxWidthOfName(name, SMALL_NAME_SIZE))),
  };
  const flow = leastWidth(graph) <= size.width ? "right" : "down";
  const metrics =
    flow === "right" ? metricsToTheRight(graph, size, names) : metricsDown(graph, size);
  const boxes = boxesOf(graph, metrics);
  const placing = { graph, metrics, boxes };
  const end = Math.max(...graph.columns.map((_, index) => columnEnd(placing, index)));
  const across = Math.max(...graph.columns.map((column) => extentOf(column, metrics)));
  const isRight = flow === "right";
  const height = Math.max(size.height, MARGIN + (isRight ? metrics.acrossStart + across : end));
  const width = isRight ? size.width : Math.max(size.width, 2 * MARGIN + across);
  return {
    flow,
    size: { width, height },
    jobMaster: {
      x: MARGIN,
      y: MARGIN,
      width: size.width - 2 * MARGIN,
      height: metrics.masterHeight,
    },
    boxes: new Map(
      graph.columns.flatMap(({ items }) =>
        items.flatMap(({ kind, key }) =>
          kind === "box" ? [[key, rectangle(must(boxes.get(key), key), flow)] as const] : [],
        ),
      ),
    ),
    pipes: graph.links.map((link) => {
      const pipe = pipeOf(link, placing);
      return { ...link, pipe, line: linePath(pipe), outline: ribbonPath(pipe, PIPE_RADIUS) };
    }),
    lanePitch: metrics.lanePitch,
    areNamesWhole: parts.subtasks.every(({ name }) => {
      const { alongSize, acrossSize } = must(boxes.get(name), name);
      return boxWidthOfName(name, SMALL_NAME_SIZE) <= (isRight ? alongSize : acrossSize);
    }),
  };
}

/** Sizes and distances, in pixels. */
interface Metrics {
  readonly flow: Flow;
  readonly masterHeight: number;
  /** Where the first column begins. */
  readonly start: number;
  /** What there is across the flow, and where it begins. */
  readonly across: number;
  readonly acrossStart: number;
  readonly boxAlong: number;
  readonly logAlong: number;
  readonly gap: number;
  readonly logGap: number;
  readonly boxAcrossMin: number;
  readonly boxAcrossMax: number;
  readonly logAcross: number;
  readonly itemGap: number;
  readonly lanePitch: number;
}

/** A box in terms of the flow. */
interface Span {
  readonly along: number;
  readonly alongSize: number;
  readonly across: number;
  readonly acrossSize: number;
}

interface Placing {
  readonly graph: Columns;
  readonly metrics: Metrics;
  readonly boxes: ReadonlyMap<string, Span>;
}

const MARGIN = 8;
const MASTER_HEIGHT = 46;
/** Of one line, where height is scarce. */
const LOW_MASTER_HEIGHT = 30;
/** Between the job master and what is below it. */
const MASTER_GAP = 14;
const LOW_MASTER_GAP = 10;

/** The least that can be read: a box, the pipe between two, a log and the way to it. */
const LEAST = { box: 70, gap: 40, log: 58, logGap: 20 };

/** What a passage takes across the flow. */
const PASSAGE = 2 * PIPE_RADIUS + 3;

/** From roomy to close: the first that fits is taken. */
const DENSITIES = [
  { lanePitch: 30, itemGap: 26, boxAcrossMin: 92, logAcross: 64, masterHeight: MASTER_HEIGHT },
  { lanePitch: 25, itemGap: 18, boxAcrossMin: 80, logAcross: 64, masterHeight: MASTER_HEIGHT },
  { lanePitch: 25, itemGap: 14, boxAcrossMin: 68, logAcross: 60, masterHeight: LOW_MASTER_HEIGHT },
  { lanePitch: 20, itemGap: 10, boxAcrossMin: 60, logAcross: 56, masterHeight: LOW_MASTER_HEIGHT },
  { lanePitch: 20, itemGap: 8, boxAcrossMin: 52, logAcross: 54, masterHeight: LOW_MASTER_HEIGHT },
  { lanePitch: 15, itemGap: 6, boxAcrossMin: 52, logAcross: 54, masterHeight: LOW_MASTER_HEIGHT },
] as const;

/** Where boxes may begin below a job master of this height. */
function topBelow(masterHeight: number): number {
  return MARGIN + masterHeight + (masterHeight < MASTER_HEIGHT ? LOW_MASTER_GAP : MASTER_GAP);
}

function leastWidth(graph: Columns): number {
  const { logs, vertices } = countsOf(graph);
  return (
    2 * MARGIN +
    vertices * LEAST.box +
    (vertices - 1) * LEAST.gap +
    logs * (LEAST.log + LEAST.logGap)
  );
}

function countsOf({ columns }: Columns): { readonly logs: number; readonly vertices: number } {
  const vertices = columns.filter(({ kind }) => kind === "subtasks").length;
  return { vertices, logs: columns.length - vertices };
}

/** The widths of boxes in which all names are whole, in their usual size and in the small one. */
interface NamesWidth {
  readonly usual: number;
  readonly small: number;
}

function metricsToTheRight(graph: Columns, { width, height }: Size, names: NamesWidth): Metrics {
  const { logs, vertices } = countsOf(graph);
  const isTight = width < leastWidth(graph) * 1.25;
  const logAlong = isTight ? LEAST.log : within(width * 0.085, LEAST.log, 104);
  const logGap = isTight ? LEAST.logGap : within(width * 0.035, LEAST.logGap, 48);
  const inner = width - 2 * MARGIN - logs * (logAlong + logGap);
  const boxAlong = Math.max(
    roomOfBox(inner, vertices, GAP_WISHED, BOX_MAX),
    roomOfBox(inner, vertices, GAP_FOR_NAMES, Math.min(BOX_MAX, names.usual)),
    roomOfBox(inner, vertices, LEAST.gap, Math.min(BOX_MAX, names.small)),
  );
  const left = inner - vertices * boxAlong;
  const gap = vertices === 1 ? 0 : within(left / (vertices - 1), LEAST.gap, 340);
  const used = vertices * boxAlong + (vertices - 1) * gap;
  const metrics = DENSITIES.map(
    (density): Metrics => ({
      ...density,
      flow: "right",
      start: MARGIN + Math.max(0, inner - used) / 2,
      across: height - topBelow(density.masterHeight) - MARGIN,
      acrossStart: topBelow(density.masterHeight),
      boxAlong,
      logAlong,
      gap,
      logGap,
      boxAcrossMax: density.boxAcrossMin,
    }),
  );
  const fitting = metrics.find((one) =>
    graph.columns.every((column) => extentOf(column, one) <= one.across),
  );
  return grown(fitting ?? must(metrics.at(-1), "closest density"), graph);
}

/** How long boxes can be beside gaps of this length. */
function roomOfBox(inner: number, vertices: number, gap: number, max: number): number {
  return within((inner - (vertices - 1) * gap) / vertices, LEAST.box, max);
}

const BOX_MAX = 152;
const GAP_WISHED = 146;
/** Where names would not fit, boxes take room from the pipes up to here; where even small ones would not, all they can. */
const GAP_FOR_NAMES = 60;

/** With boxes as high as half of the room that is left lets them be. */
function grown(metrics: Metrics, { columns }: Columns): Metrics {
  const spare = columns.map((column) => {
    const left = metrics.across - extentOf(column, metrics);
    return left / Math.max(1, column.items.filter(isBox).length);
  });
  const growth = within(Math.min(...spare) / 2, 0, 40);
  return { ...metrics, boxAcrossMax: metrics.boxAcrossMin + growth };
}

function metricsDown(graph: Columns, { width, height }: Size): Metrics {
  const { logs, vertices } = countsOf(graph);
  const boxAlong = 78;
  const logAlong = 58;
  const logGap = 26;
  const top = topBelow(MASTER_HEIGHT);
  const used = top + MARGIN + vertices * boxAlong + logs * (logAlong + logGap);
  const across = width - 2 * MARGIN;
  const itemGap = 10;
  const rooms = graph.columns.map(({ items }) => {
    const boxes = items.filter(isBox).length;
    const passages = (items.length - boxes) * PASSAGE;
    return boxes === 0 ? across : (across - passages - (items.length - 1) * itemGap) / boxes;
  });
  const lanes = Math.max(1, ...graph.columns.flatMap(({ items }) => items.map(lanesOf)));
  const boxAcross = within(Math.min(...rooms), 36, 170);
  return {
    flow: "down",
    masterHeight: MASTER_HEIGHT,
    start: top,
    across,
    acrossStart: MARGIN,
    boxAlong,
    logAlong,
    gap: vertices === 1 ? 0 : within((height - used) / (vertices - 1), 80, 170),
    logGap,
    boxAcrossMin: 36,
    boxAcrossMax: boxAcross,
    logAcross: Math.min(150, boxAcross),
    itemGap,
    lanePitch: within((boxAcross - 12) / lanes, 7, 30),
  };
}

function isBox({ kind }: Item): boolean {
  return kind === "box";
}

function lanesOf(item: Item): number {
  return item.kind === "box" ? item.inputs.length : 1;
}

/** How much of the across an item takes. */
function acrossSizeOf(item: Item, column: Column, metrics: Metrics): number {
  if (item.kind === "passage") return PASSAGE;
  if (column.kind !== "subtasks") return metrics.logAcross;
  const forLanes = item.inputs.length * metrics.lanePitch + 12;
  return Math.max(forLanes, metrics.boxAcrossMin, metrics.boxAcrossMax);
}

function extentOf(column: Column, metrics: Metrics): number {
  const sizes = column.items.map((item) => acrossSizeOf(item, column, metrics));
  return sizes.reduce((sum, size) => sum + size, 0) + (sizes.length - 1) * metrics.itemGap;
}

/** Each column is centred across the flow. */
function boxesOf({ columns }: Columns, metrics: Metrics): ReadonlyMap<string, Span> {
  const spans = new Map<string, Span>();
  const widest = Math.max(...columns.map((column) => extentOf(column, metrics)));
  const room = Math.max(metrics.across, widest);
  let along = metrics.start;
  for (const [index, column] of columns.entries()) {
    const isLog = column.kind !== "subtasks";
    const alongSize = isLog ? metrics.logAlong : metrics.boxAlong;
    let across = metrics.acrossStart + (room - extentOf(column, metrics)) / 2;
    for (const item of column.items) {
      const acrossSize = acrossSizeOf(item, column, metrics);
      spans.set(item.key, { along, alongSize, across, acrossSize });
      across += acrossSize + metrics.itemGap;
    }
    const isBesideLog = isLog || columns[index + 1]?.kind === "written-logs";
    along += alongSize + (isBesideLog ? metrics.logGap : metrics.gap);
  }
  return spans;
}

function columnEnd({ graph, boxes }: Placing, index: number): number {
  const [first] = must(graph.columns[index], "column").items;
  const { along, alongSize } = must(boxes.get(first?.key ?? ""), "box of a column");
  return along + alongSize;
}

function rectangle({ along, alongSize, across, acrossSize }: Span, flow: Flow): Rectangle {
  return flow === "right"
    ? { x: along, y: across, width: alongSize, height: acrossSize }
    : { x: across, y: along, width: acrossSize, height: alongSize };
}

function pipeOf(link: Link, placing: Placing): Pipe {
  const { boxes, metrics } = placing;
  const { flow } = metrics;
  const point = (along: number, across: number): Point =>
    flow === "right" ? { x: along, y: across } : { x: across, y: along };
  const stations = link.stations.map((key, index) => {
    const span = must(boxes.get(key), key);
    return {
      start: span.along,
      end: span.along + span.alongSize,
      ports: portsOf(link, index, placing),
    };
  });
  const points: Point[] = [];
  for (const [index, { start, ports }] of stations.entries()) {
    const before = stations[index - 1];
    if (before === undefined) continue;
    const isInput = link.kind === "channel" && index === stations.length - 1;
    const gap = start - before.end;
    const lane = isInput ? within(gap - STUB - BEND, STUB, gap * LANE_SHARE) : STUB;
    const from = point(before.end + STUB, before.ports.out);
    points.push(point(before.end, before.ports.out));
    points.push(...bend(from, point(start - lane, ports.in), flow));
    points.push(point(start, ports.in));
  }
  return pipeThrough(points);
}

/** How much of a gap a bend takes if it can. */
const BEND = 36;

/** How far a pipe goes straight on from a box. */
const STUB = 5;

/** How much of the gap before a box is straight: there its input queues, lane by lane. */
const LANE_SHARE = 0.56;

/** Where across the flow a link goes into a station and out of it. */
function portsOf(
  { name, stations }: Link,
  index: number,
  { graph, metrics, boxes }: Placing,
): { readonly in: number; readonly out: number } {
  const key = must(stations[index], "station of a link");
  const { across, acrossSize } = must(boxes.get(key), key);
  const middle = across + acrossSize / 2;
  const item = graph.columns.flatMap(({ items }) => items).find((one) => one.key === key);
  if (item === undefined || item.kind === "passage") return { in: middle, out: middle };
  const port = (names: readonly string[], pitch: number): number => {
    const close = Math.min(pitch, (acrossSize - 12) / Math.max(1, names.length));
    return middle + (names.indexOf(name) - (names.length - 1) / 2) * close;
  };
  return {
    in: port(item.inputs, metrics.lanePitch),
    out: port(item.outputs, metrics.lanePitch * 0.8),
  };
}

function within(number: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, number));
}
