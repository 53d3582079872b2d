// Serving users, against a job that only notes what it is to do: when each request is served, and when it is answered.

import { describe, expect, test } from "vitest";
import type { SubmissionStep } from "../../../sim/runtime/cluster/job-submission.ts";
import {
  type JobStanding,
  UserRequestHandler,
} from "../../../sim/runtime/cluster/user-request-handler.ts";
import { type UserRequest, UserRequests } from "../../../sim/runtime/cluster/user-requests.ts";
import { checkpointId } from "../../../sim/runtime/stream-element.ts";
import { NotingActor, ToyWorld } from "../../support/toy-world.ts";

const WRITTEN = { kind: "written" } as const;
const STOP: UserRequest = { kind: "stop", format: "CANONICAL" };
const CANCEL: UserRequest = { kind: "cancel" };
const RESUME: UserRequest = {
  kind: "resume",
  submission: 1,
  from: "newest",
  claimMode: "NO_CLAIM",
};

describe("UserRequestHandler", () => {
  test("UserRequestHandler stops a job once it runs, and once only", () => {
    const served = serve([STOP]);
    served.handler.serve();
    expect(served.done).toEqual([]);
    served.job.standing = { isRunning: true };
    served.handler.serve();
    served.handler.serve();
    expect(served.done).toEqual(["suspend", "savepoint CANONICAL"]);
    expect(served.handler.isStopping).toBe(true);
    served.job.standing = { isOver: true };
    served.handler.serve();
    expect(served.requests.first).toBeUndefined();
  });

  test("UserRequestHandler has a job go on whose last savepoint failed, and asks again", () => {
    const served = serve([STOP], { isRunning: true, attempt: 3 });
    served.handler.lastSavepointFailed();
    served.handler.serve();
    served.handler.lastSavepointFailed();
    expect(served.handler.isStopping).toBe(false);
    expect(served.requests.first).toEqual(STOP);
    served.world.run();
    expect(served.jobMaster.received).toEqual([
      { at: 0, message: { kind: "stop-failed", attempt: 3 } },
      { at: 1_000_000, message: { kind: "users-ask-again" } },
    ]);
  });

  test("UserRequestHandler leaves a stop to the failure that came before its savepoint", () => {
    const served = serve([STOP], { isRunning: true });
    served.handler.serve();
    served.handler.abandonStop();
    served.handler.lastSavepointFailed();
    served.world.run();
    expect(served.jobMaster.received).toEqual([]);
    expect(served.requests.first).toEqual(STOP);
  });

  test("UserRequestHandler takes a cancellation for answered when the job is over", () => {
    const served = serve([CANCEL, STOP]);
    served.handler.serve();
    expect(served.done).toEqual(["cancel"]);
    expect(served.requests.first).toEqual(CANCEL);
    served.job.standing = { isOver: true };
    served.handler.serve();
    expect(served.requests.first).toBeUndefined();
  });

  test("UserRequestHandler starts a job again once it is over and nothing is left to delete", () => {
    const served = serve([RESUME], { isRunning: true });
    served.handler.serve();
    served.job.standing = { isOver: true, isCleaningUp: true };
    served.handler.serve();
    expect(served.done).toEqual([]);
    served.job.standing = { isOver: true };
    served.handler.serve();
    served.handler.onStorageAnswer({ kind: "start-pointer-written" }, WRITTEN);
    expect(served.done).toEqual(["begin 1"]);
    expect(served.requests.first).toEqual(RESUME);
    served.handler.onStorageAnswer({ kind: "submission-written" }, WRITTEN);
    expect(served.done).toEqual(["begin 1", "start again 1"]);
    expect(served.requests.first).toBeUndefined();
  });

  test.each<[string, Partial<JobStanding>, string | undefined]>([
    ["the job has worked off all its input", { hasWorkedOff: true }, undefined],
    ["submission 1 has come first", { submission: 1 }, undefined],
    ["there is no savepoint", {}, "there is no savepoint"],
  ])("UserRequestHandler refuses to start a job again: %s", (reason, standing, problem) => {
    const served = serve([RESUME, CANCEL], { isOver: true, ...standing }, problem);
    served.handler.serve();
    expect(served.requests.first).toBeUndefined();
    expect(served.world.events()).toMatchObject([{ kind: "submission-refused", reason }]);
  });

  test("UserRequestHandler does nothing before the job is loaded", () => {
    const served = serve([CANCEL], { isLoaded: false });
    served.handler.serve();
    expect(served.done).toEqual([]);
  });
});

const STANDING: JobStanding = {
  isLoaded: true,
  isRunning: false,
  isOver: false,
  hasWorkedOff: false,
  isCleaningUp: false,
  submission: 0,
  attempt: 0,
};

/** A handler of `asked`, and what it has had done; `problem` is why a submission cannot begin. */
function serve(
  asked: readonly UserRequest[],
  standing: Partial<JobStanding> = {},
  problem?: string,
) {
  const world = new ToyWorld();
  const { simulation, recorder } = world;
  const jobMaster = new NotingActor(simulation, "job-master");
  const requests = new UserRequests(asked);
  const done: string[] = [];
  const job = { standing };
  const handler = new UserRequestHandler({
    owner: jobMaster,
    simulation,
    recorder,
    requests,
    submissions: {
      begin({ submission }) {
        if (problem === undefined) done.push(`begin ${submission}`);
        return problem;
      },
      onAnswer: ({ kind }) => (kind === "submission-written" ? SUBMITTED : { kind: "waiting" }),
    },
    job: {
      standing: () => ({ ...STANDING, ...job.standing }),
      grounds: () => ({ retained: undefined, savepoint: undefined, operators: [] }),
      suspendCheckpoints: () => void done.push("suspend"),
      takeLastSavepoint: (format) => void done.push(`savepoint ${format}`),
      cancel: () => void done.push("cancel"),
      startAgain: ({ submission }) => void done.push(`start again ${submission.number}`),
    },
  });
  return { world, jobMaster, requests, done, handler, job };
}

const SUBMITTED: SubmissionStep = {
  kind: "submitted",
  submission: { number: 1, claimMode: "NO_CLAIM", checkpoint: checkpointId(7) },
  checkpoint: {
    id: checkpointId(7),
  } as Extract<SubmissionStep, { kind: "submitted" }>["checkpoint"],
};
