// docs/zoo.md is generated; all of it but the matrix is known without running anything, and must be up to date.
import { expect, test } from "vitest";
import { BUGS } from "../../sim/zoo/all-bugs.ts";
import { bugPages, missingPart } from "../../sim/zoo/bug-page.ts";
import { MISSING_BUGS } from "../../sim/zoo/missing-bugs.ts";
import { readDocument } from "../docs/written-text.ts";

const PAGE = readDocument("docs/zoo.md");

test("docs/zoo.md lists the bugs of the registry, in its order", () => {
  const listed = [...PAGE.matchAll(/^## ([^\s:]+): (.+)$/gm)].map(([, ticket]) => ticket);
  expect(listed).toEqual(BUGS.map(({ ticket }) => ticket));
});

test("docs/zoo.md tells of each bug what the registry says now", () => {
  for (const section of bugPages(BUGS)) expect(PAGE).toContain(section);
});

test("docs/zoo.md has a row in the matrix for each bug, none of which survives", () => {
  const rows = PAGE.split("\n").filter((line) => line.startsWith("| "));
  for (const { ticket, id, checker } of BUGS) {
    const cells = rows.find((row) => row.startsWith(`| ${ticket} ${id} |`))?.split(" | ");
    expect(cells?.[1]).toBe(checker);
    expect(cells?.[3]).toMatch(/^run \d+$/);
    expect(cells?.[5]).toBe("run 1");
  }
});

test("docs/zoo.md says of each bug that is missing for want of what, and none of those is in the zoo", () => {
  expect(PAGE).toContain(missingPart());
  const missing = MISSING_BUGS.map(({ ticket }) => ticket);
  expect(new Set(missing).size).toBe(missing.length);
  expect(BUGS.filter(({ ticket }) => missing.includes(ticket))).toEqual([]);
});
