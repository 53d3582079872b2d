// An edit fits exactly once or is refused by name.
import { expect, test } from "vitest";
import { applyEdit, SourceEditError } from "../../sim/zoo/source-edit.ts";

const SOURCE = "const a = 1;\nconst b = 1;\nreturn a + b;\n";

test("applyEdit replaces the one place that fits", () => {
  const edit = { file: "sum.ts", find: "a + b", replace: "a - b" };
  expect(applyEdit(SOURCE, edit)).toBe("const a = 1;\nconst b = 1;\nreturn a - b;\n");
});

test("applyEdit takes the replacement as it is", () => {
  const edit = { file: "sum.ts", find: "a + b", replace: "$& $1 $$" };
  expect(applyEdit(SOURCE, edit)).toContain("return $& $1 $$;");
});

test.each([
  ["never", "a * b", "found its text 0 times"],
  ["twice", "= 1", "found its text 2 times"],
  ["anywhere", "", "found no text to find"],
])("applyEdit refuses an edit that fits %s", (_, find, complaint) => {
  const edit = { file: "sum.ts", find, replace: "" };
  expect(() => applyEdit(SOURCE, edit)).toThrow(SourceEditError);
  expect(() => applyEdit(SOURCE, edit)).toThrow(`Cannot edit sum.ts: ${complaint}`);
});
