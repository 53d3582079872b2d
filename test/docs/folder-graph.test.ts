// The folder graph in docs/architecture.md is the one that dependency-cruiser draws.
import { expect, test } from "vitest";
import { folderGraph } from "./folder-graph.ts";
import { expectWrittenBetween } from "./written-text.ts";

test("docs/architecture.md shows the folders as they import one another", () => {
  const graph = folderGraph();
  // A tool that reads no module would draw no arrow.
  expect(graph.split("-->").length).toBeGreaterThan(20);
  const marks = { begin: "<!-- folder graph -->", end: "<!-- end of the folder graph -->" };
  expectWrittenBetween("docs/architecture.md", marks, graph);
}, 180_000);
