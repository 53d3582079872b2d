// The geometry of pipes, and the letters of records.
import { expect, test } from "vitest";
import { keyLetter } from "../../../viz/views/topology/topology-key-letter.ts";
import {
  bend,
  linePath,
  partOf,
  pipeThrough,
  pointAt,
  ribbonPath,
} from "../../../viz/views/topology/topology-pipe.ts";

const corner = pipeThrough([
  { x: 0, y: 0 },
  { x: 30, y: 0 },
  { x: 30, y: 40 },
]);

test("pointAt goes along the pipe, and stays at its ends", () => {
  expect(corner.length).toBe(70);
  expect([-5, 0, 10, 30, 50, 70, 90].map((distance) => pointAt(corner, distance))).toEqual([
    { x: 0, y: 0 },
    { x: 0, y: 0 },
    { x: 10, y: 0 },
    { x: 30, y: 0 },
    { x: 30, y: 20 },
    { x: 30, y: 40 },
    { x: 30, y: 40 },
  ]);
});

test("partOf cuts a pipe and keeps its corners", () => {
  const part = partOf(corner, 20, 40);
  expect(part.points).toEqual([
    { x: 20, y: 0 },
    { x: 30, y: 0 },
    { x: 30, y: 10 },
  ]);
  expect(part.length).toBe(20);
  expect(linePath(part)).toBe("M20,0L30,0L30,10");
});

test("ribbonPath is as wide as said at both ends", () => {
  const straight = pipeThrough([
    { x: 0, y: 0 },
    { x: 10, y: 0 },
  ]);
  expect(ribbonPath(straight, 2, 4)).toBe("M0,2L10,4L10,-4L0,-2Z");
});

test.each(["right", "down"] as const)("bend leaves and arrives along the flow, %s", (flow) => {
  const points = bend({ x: 0, y: 0 }, { x: 100, y: 60 }, flow);
  const [first, second] = points;
  expect(first).toEqual({ x: 0, y: 0 });
  expect(points.at(-1)).toEqual({ x: 100, y: 60 });
  const [along, across] = flow === "right" ? [second?.x, second?.y] : [second?.y, second?.x];
  expect((across ?? 0) / (along ?? 1)).toBeLessThan(0.4);
});

test.each([
  ['"cleancut"', "c"],
  ['["simulator",1]', "s"],
  ['{"amount":3,"from":"bob"}', "b"],
  ["42", "4"],
  ['[17,"é"]', "é"],
  ['Map{"k":1}', "k"],
  ["Set{9}", "9"],
  ["undefined", "·"],
  ["true", "·"],
  ['"…"', "·"],
  ["bytes(0aff)", "·"],
])("keyLetter of %s is %s", (value, letter) => {
  expect(keyLetter(value)).toBe(letter);
});
