// The order of test files: what once failed is run before everything else.

import { BaseSequencer, type TestSpecification } from "vitest/node";
/** Runs what once failed before everything else. */
export class RegressionsFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isRegression = ({ moduleId }: TestSpecification): boolean =>
      moduleId.includes("/test/regressions/");
    return [...sorted.filter(isRegression), ...sorted.filter((file) => !isRegression(file))];
  }
}
