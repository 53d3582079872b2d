// `npm run conformance -- [--vectors DIR]`: runs vector files against the engine and prints a line for each. Ends with
// 0 if no case failed, 1 if one did, 2 if the vectors or the options cannot be read.

import { join } from "node:path";
import { parseArgs } from "node:util";
import { adapters } from "./adapters/index.ts";
import { describeReport, runVectors, VectorFormatError } from "./runner.ts";

process.exitCode = main(process.argv.slice(2));

function main(args: readonly string[]): number {
  let folder: string;
  try {
    folder = folderOf(args);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    console.error(
      `Cannot run conformance: ${problem}. Usage: npm run conformance -- [--vectors DIR]`,
    );
    return 2;
  }
  try {
    const reports = runVectors(folder, adapters);
    for (const report of reports) console.log(describeReport(report));
    return reports.some((report) => report.failed.length > 0) ? 1 : 0;
  } catch (error) {
    if (!(error instanceof VectorFormatError)) throw error;
    console.error(error.message);
    return 2;
  }
}

function folderOf(args: readonly string[]): string {
  const { values } = parseArgs({ args: [...args], options: { vectors: { type: "string" } } });
  return values.vectors ?? join(import.meta.dirname, "vectors");
}
