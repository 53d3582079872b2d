// Where the topology puts things, for jobs of many shapes and panes of many sizes.
import { expect, test } from "vitest";
import type { JobDescription } from "../../../sim/runtime/task/job-graph.ts";
import { ProjectionState } from "../../../sim/trace/projection.ts";
import type { Size } from "../../../viz/drawing/scene-view.ts";
import {
  columnsOf,
  logKey,
  type TopologyParts,
} from "../../../viz/views/topology/topology-columns.ts";
import {
  type Rectangle,
  type TopologyLayout,
  topologyLayout,
} from "../../../viz/views/topology/topology-layout.ts";

const SIZES: readonly Size[] = [
  { width: 320, height: 640 },
  { width: 480, height: 320 },
  { width: 800, height: 360 },
  { width: 1280, height: 500 },
  { width: 1920, height: 900 },
];

/** A job's parts; vertices as [parallelism], edges as [from, to], all with all. */
function partsOf(
  parallelisms: readonly number[],
  edges: readonly (readonly [number, number])[],
  isForward = false,
): TopologyParts {
  const topology: JobDescription = {
    name: "job",
    vertices: parallelisms.map((parallelism, id) => {
      return { id, name: `v${id}`, parallelism, maxParallelism: 128, operators: [] };
    }),
    edges: edges.map(([source, target], id) => {
      const partitioning = isForward ? "forward" : "hash";
      return { id, source, target, sourceNode: source, targetNode: target, partitioning };
    }),
  };
  const { subtasks, channels } = ProjectionState.start(topology).world();
  const ends = (vertex: number, log: string) =>
    subtasks.filter((one) => one.vertex === vertex).map(({ name }) => ({ subtask: name, log }));
  const last = parallelisms.length - 1;
  return { subtasks, channels, reads: ends(0, "log:in"), writes: ends(last, "log:out") };
}

const JOBS: readonly (readonly [string, TopologyParts])[] = [
  [
    "a chain",
    partsOf(
      [2, 2, 1],
      [
        [0, 1],
        [1, 2],
      ],
    ),
  ],
  [
    "a chain of six",
    partsOf(
      [2, 2, 2, 2, 2, 1],
      [
        [0, 1],
        [1, 2],
        [2, 3],
        [3, 4],
        [4, 5],
      ],
    ),
  ],
  [
    "four by four",
    partsOf(
      [4, 4, 4],
      [
        [0, 1],
        [1, 2],
      ],
    ),
  ],
  ["eight by eight", partsOf([8, 8], [[0, 1]])],
  [
    "a diamond with a short cut",
    partsOf(
      [2, 2, 2, 2],
      [
        [0, 1],
        [0, 2],
        [1, 3],
        [2, 3],
        [0, 3],
      ],
    ),
  ],
  [
    "a short cut over two columns",
    partsOf(
      [2, 1, 1, 2],
      [
        [0, 1],
        [1, 2],
        [2, 3],
        [0, 3],
      ],
    ),
  ],
  ["forward", partsOf([3, 3], [[0, 1]], true)],
  ["one vertex", partsOf([1], [])],
];

const CASES = JOBS.flatMap(([name, parts]) =>
  SIZES.map((size) => [name, `${size.width} by ${size.height}`, parts, size] as const),
);

test.each(CASES)(
  "%s at %s: boxes lie apart, inside, and no pipe crosses one",
  (_, __, parts, size) => {
    const layout = topologyLayout(parts, size);
    const boxes = [...layout.boxes];
    expect(layout.size.width).toBeGreaterThanOrEqual(size.width);
    for (const [index, [key, box]] of boxes.entries()) {
      expect(isInside(box, layout), `${key} is inside`).toBe(true);
      expect(overlaps(box, layout.jobMaster), `${key} over the job master`).toBe(false);
      for (const [other, its] of boxes.slice(index + 1)) {
        expect(overlaps(box, its), `${key} over ${other}`).toBe(false);
      }
      for (const { name, stations, pipe } of layout.pipes) {
        if (stations.includes(key)) continue;
        const crossing = pipe.points.some((point) => contains(box, point));
        expect(crossing, `${name} through ${key}`).toBe(false);
      }
    }
    for (const { stations, pipe } of layout.pipes) {
      const [from, to] = [stations[0], stations.at(-1)].map((key) => layout.boxes.get(key ?? ""));
      expect(isAtEdge(from, pipe.points[0]) && isAtEdge(to, pipe.points.at(-1))).toBe(true);
    }
  },
);

test.each(CASES)("%s at %s: the lanes of an input are apart", (_, __, parts, size) => {
  const layout = topologyLayout(parts, size);
  for (const [key] of layout.boxes) {
    const ends = layout.pipes
      .filter(({ kind, stations }) => kind === "channel" && stations.at(-1) === key)
      .map(({ pipe }) => pipe.points.at(-1))
      .map((point) => (layout.flow === "right" ? point?.y : point?.x) ?? 0)
      .toSorted((one, other) => one - other);
    const gaps = ends.slice(1).map((end, index) => end - (ends[index] ?? 0));
    for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(layout.lanePitch - 1e-9);
  }
});

test("topologyLayout goes down where it is too narrow to go to the right, and never changes", () => {
  const parts = partsOf(
    [2, 2, 1],
    [
      [0, 1],
      [1, 2],
    ],
  );
  expect(topologyLayout(parts, { width: 320, height: 640 }).flow).toBe("down");
  const wide = { width: 900, height: 420 };
  expect(topologyLayout(parts, wide).flow).toBe("right");
  expect(topologyLayout(parts, wide)).toEqual(topologyLayout(parts, wide));
});

test("columnsOf puts a vertex after the last of its inputs, and logs at both ends", () => {
  const { columns, links } = columnsOf(
    partsOf(
      [1, 1, 1, 1],
      [
        [0, 1],
        [1, 2],
        [0, 2],
        [2, 3],
      ],
    ),
  );
  const boxes = columns.map(({ items }) =>
    items.filter(({ kind }) => kind === "box").map(({ key }) => key),
  );
  expect(boxes).toEqual([
    [logKey("log:in", "read")],
    ["v0-1"],
    ["v1-1"],
    ["v2-1"],
    ["v3-1"],
    [logKey("log:out", "written")],
  ]);
  const skipping = links.find(({ name }) => name.startsWith("v0-1->v2-1"));
  expect(skipping?.stations).toHaveLength(3);
});

interface Place {
  readonly x: number;
  readonly y: number;
}

function isInside({ x, y, width, height }: Rectangle, { size }: TopologyLayout): boolean {
  return x >= 0 && y >= 0 && x + width <= size.width + 1e-9 && y + height <= size.height + 1e-9;
}

function overlaps(one: Rectangle, other: Rectangle): boolean {
  return (
    one.x < other.x + other.width &&
    other.x < one.x + one.width &&
    one.y < other.y + other.height &&
    other.y < one.y + one.height
  );
}

function contains({ x, y, width, height }: Rectangle, place: Place): boolean {
  return place.x > x && place.x < x + width && place.y > y && place.y < y + height;
}

function isAtEdge(box: Rectangle | undefined, place: Place | undefined): boolean {
  if (box === undefined || place === undefined) return false;
  const near = (one: number, other: number): boolean => Math.abs(one - other) < 1e-6;
  const { x, y, width, height } = box;
  return (
    [x, x + width].some((edge) => near(edge, place.x)) ||
    [y, y + height].some((edge) => near(edge, place.y))
  );
}
