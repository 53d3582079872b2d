// Entries of a plan that are what somebody does on purpose: they are told as such, not as faults that strike.

/** What a user asks for, as entries of a plan name it. */
const USER_REQUESTS: { readonly [what: string]: { readonly en: string; readonly zh: string } } = {
  "savepoint-requested": {
    en: "asks for a savepoint",
    zh: "请求一个 savepoint",
  },
  "job-stopped": {
    en: "asks for the job to be stopped with a savepoint",
    zh: "要求带 savepoint 停止作业",
  },
  "job-canceled": {
    en: "asks for the job to be canceled",
    zh: "要求取消作业",
  },
  "job-resumed": {
    en: "asks for the job to be started again",
    zh: "要求再次启动作业",
  },
};

/** Whether an entry of a plan is what a user asks for. */
export function isUserRequest(what: string): boolean {
  return Object.hasOwn(USER_REQUESTS, what);
}

/** What somebody does, in a language; undefined for a fault. */
export function userRequest(what: string, language: "en" | "zh"): string | undefined {
  return isUserRequest(what) ? USER_REQUESTS[what]?.[language] : undefined;
}
