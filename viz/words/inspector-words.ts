// The words of the inspector.

import { wordLists } from "./words.ts";

/** The words of the inspector in all languages. */
export const INSPECTOR_WORDS = wordLists({
  en: {
    run: "The run",
    runHint: "Select a subtask, a channel, a checkpoint or a record to see what is in it.",
    notStarted: "Nothing has happened yet.",
    unknown: (name: string) => `There is no ${name} at this moment.`,
    clear: "Clear the selection",
    crashTask: (name: string) => `Crash ${name} here`,
    crashHost: (name: string) => `Crash ${name} here`,

    about: "Now",
    state: "State",
    operatorState: "Operator state",
    inputs: "Inputs",
    outputs: "Outputs",
    changed: "Changed in this step",
    nothingChanged: "Nothing here changed in this step.",
    watches: "Watches",
    contents: "In the channel, oldest first",
    phases: "Phases, by virtual time",
    subtasks: "Subtasks",
    transactions: "Open transactions",
    committedRecords: "What a read-committed reader sees, newest first",
    shownRecords: "What was shown, newest first",
    lineage: (attempt: number) => `Read in attempt ${attempt}`,

    attempt: (number: number) => `attempt ${number}`,
    noAttempt: "not deployed yet",
    notInSubmission: "not in this submission",
    phase: "phase",
    host: "host",
    restoredFrom: "started from",
    emptyState: "empty state",
    checkpoint: (id: number) => `checkpoint ${id}`,
    savepoint: (id: number) => `checkpoint ${id}, a savepoint`,
    newestCheckpoint: "newest checkpoint",
    lastRecord: "last record",
    nextOffset: "next offset",
    backPressure: "output",
    noRoom: "no room: back-pressured",
    room: "has room",
    counts: "done so far",
    countsText: (read: number, processed: number, emitted: number, written: number) =>
      `${read} read, ${processed} processed, ${emitted} emitted, ${written} written`,
    job: "The job",
    jobStatus: "status of the job",
    ended: (status: string, reason: string) => (reason === "" ? status : `${status}: ${reason}`),
    leadership: "leadership",
    none: "none",

    life: (kind: string) =>
      ({
        created: "created",
        deploying: "deploying",
        restoring: "restoring its state",
        running: "running",
        finished: "finished",
        canceled: "canceled",
      })[kind] ?? kind,
    failed: (reason: string) => `failed: ${reason}`,
    lost: (host: string) => `lost with ${host}`,
    aligning: (checkpoint: number, arrived: number, all: number) =>
      `aligning checkpoint ${checkpoint}: ${arrived} of ${all} barriers`,
    snapshotting: (checkpoint: number) => `taking its snapshot for checkpoint ${checkpoint}`,
    blockedOutside: (hook: string, request: string) => `waiting in ${hook} for “${request}”`,

    stateNotRecorded: (level: string) =>
      `State was not recorded: the level is ${level}, expected state or network.`,
    noState: "It holds no keyed state.",
    lostState: "Its state died with it.",
    moreValues: (count: number) => `and ${count} more`,
    tick: (checkpoint: number, value: string) => `checkpoint ${checkpoint} holds ${value}`,
    timers: "timers",
    operatorList: (operator: string, state: string, mode: string, checkpoint: number) =>
      `${state} of ${operator}, ${mode}, as of checkpoint ${checkpoint}`,
    listMode: (mode: string) =>
      ({ "split-distribute": "split evenly", union: "union", broadcast: "broadcast" })[mode] ??
      mode,

    open: "open",
    blockedFor: (checkpoint: number) => `blocked (${checkpoint})`,
    broken: (reason: string) => `broken: ${reason}`,
    queueEmpty: "empty",
    record: (value: string, sequence: number) => `record ${sequence}: ${value}`,
    barrier: (checkpoint: number) => `barrier ${checkpoint}`,
    cancelMarker: (checkpoint: number) => `cancel marker ${checkpoint}`,
    since: (span: string) => `sent ${span} ago`,
    producer: "producer",
    consumer: "consumer",
    gate: "gate",
    passed: "passed so far",
    passedText: (emitted: number, processed: number) =>
      `${emitted} records put in, ${processed} taken off`,
    noneInChannel: "Nothing is in it.",

    status: "status",
    inProgress: "in progress",
    stored: "stored",
    completed: "completed",
    aborted: (reason: string) => `aborted: ${reason}`,
    subsumed: (by: number) => `subsumed by checkpoint ${by}`,
    triggered: "triggered at",
    duration: "end to end",
    size: "state written",
    fullSize: "full state",
    bytes: (count: number) => (count === 1 ? "1 byte" : `${count} bytes`),
    acknowledged: (done: number, all: number) => `Acknowledged ${done}/${all}`,
    acknowledgedAt: (name: string, time: string) => `${name} acknowledged at ${time}`,
    notAcknowledged: (name: string) => `${name} has not acknowledged yet`,
    startDelay: "start delay",
    alignment: "alignment",
    sync: "sync",
    async: "async",
    phaseSpan: (phase: string, span: string, from: string, to: string) =>
      `${phase}: ${span}, from ${from} to ${to}`,
    phaseSoFar: (phase: string, span: string, from: string) =>
      `${phase}: ${span} so far, from ${from}`,
    waitingForBarrier: "waits for its first barrier",
    isAligning: "aligning",
    isSnapshotting: "in its snapshot",
    isWriting: "writing",
    isWritten: "written",
    isAcknowledged: "acknowledged",
    isDropped: "dropped",

    recordTitle: (source: string, partition: number, offset: number) =>
      `${source}/${partition}:${offset}`,
    recordReads: (count: number) => (count === 1 ? "read once" : `read ${count} times`),
    readsSoFar: "read so far",
    visibleSoFar: "visible to readers",
    times: (count: number) => (count === 1 ? "once" : `${count} times`),
    neverRead: "It is never read in this run.",

    up: "up",
    down: "down",
    boot: (number: number) => `boot ${number}`,
    registration: "job master",
    unregistered: "does not know it",
    registered: (slots: number) =>
      slots === 1 ? "knows it, with 1 slot" : `knows it, with ${slots} slots`,
    givenUp: (reason: string) => `has given it up: ${reason}`,
    noSubtasks: "No subtask runs on it.",

    openCount: "open transactions",
    committedCount: "committed transactions",
    abortedCount: "aborted transactions",
    visibleCount: "visible records",
    shownCount: "records",
    transaction: (id: string, by: string, attempt: number, flushed: number) =>
      `${id}, of ${by} (attempt ${attempt}): ${flushed === 1 ? "1 record" : `${flushed} records`} held safely`,
    noTransactions: "No transaction is open.",
    noRecords: "Nothing is visible yet.",
    committedRecord: (value: string, partition: number, offset: number, transaction: string) =>
      `${value} at ${partition}:${offset}, by ${transaction}`,
    shownRecord: (value: string, by: string, attempt: number) =>
      `${value}, by ${by} (attempt ${attempt})`,

    event: (index: number) => `Event ${index}`,
    time: "virtual time",
    place: "place",
    cause: "because",
    causeLine: (index: number, sentence: string) => `${index}: ${sentence}`,

    changeAttempt: (name: string, attempt: number) => `${name} begins attempt ${attempt}`,
    changePhase: (name: string, before: string, after: string) => `${name}: ${before} → ${after}`,
    changeState: (what: string, before: string, after: string) => `${what}: ${before} → ${after}`,
    changeStateGone: (name: string, count: number) =>
      count === 1 ? `${name} loses 1 value of state` : `${name} loses ${count} values of state`,
    changeStateBack: (name: string, count: number) =>
      count === 1
        ? `${name} holds 1 restored value of state`
        : `${name} holds ${count} restored values of state`,
    changeRead: (name: string, count: number) =>
      `${name} reads ${count === 1 ? "1 record" : `${count} records`}`,
    changeProcessed: (name: string, count: number) =>
      `${name} processes ${count === 1 ? "1 record" : `${count} records`}`,
    changeEmitted: (name: string, count: number) =>
      `${name} emits ${count === 1 ? "1 record" : `${count} records`}`,
    changeWritten: (name: string, count: number) =>
      `${name} writes ${count === 1 ? "1 record" : `${count} records`} to its sink`,
    changeBlocked: (channel: string, checkpoint: number) =>
      `${channel}: open → blocked (${checkpoint})`,
    changeResumed: (channel: string) => `${channel}: blocked → open`,
    changeBroken: (channel: string) => `${channel} breaks`,
    changeQueue: (channel: string, before: number, after: number) =>
      `${channel}: ${before} → ${after} in it`,
    changeTriggered: (id: number) => `checkpoint ${id} is triggered`,
    changeAcknowledged: (id: number, before: number, after: number) =>
      `checkpoint ${id}: ${before} → ${after} acknowledged`,
    changeCheckpoint: (id: number, after: string) => `checkpoint ${id} is ${after}`,
    changeSnapshot: (id: number, task: string) => `checkpoint ${id}: ${task} takes its snapshot`,
    changeHost: (name: string, after: string) => `${name} is ${after}`,
    changeOpen: (name: string, before: number, after: number) =>
      `${name}: open transactions ${before} → ${after}`,
    changeVisible: (name: string, count: number) =>
      count === 1
        ? `${name}: 1 record becomes visible`
        : `${name}: ${count} records become visible`,
    changeJob: (before: string, after: string) => `job: ${before} → ${after}`,
    gone: "nothing",
    moreChanges: (count: number) =>
      count === 1 ? "and 1 more change" : `and ${count} more changes`,

    watchField: "Expression to watch",
    watchExample: "sum(count), count[a], offset(source-1)",
    addWatch: "Watch",
    removeWatch: (expression: string) => `Stop watching ${expression}`,
    watchEmpty: "the expression is empty",
    watchSyntax: (found: string, expected: string) => `found ${found}, expected ${expected}`,
    watchEnd: "the end",
    watchValue: "a number, a state or a function",
    watchOperator: "an operator or the end",
    watchUnknownState: (name: string, known: string) =>
      known === ""
        ? `there is no state “${name}”: none is held`
        : `there is no state “${name}”: there are ${known}`,
    watchUnknownFunction: (name: string, known: string) =>
      `there is no function “${name}”: there are ${known}`,
    watchUnknownName: (name: string, known: string) => `there is no “${name}”: there are ${known}`,
    watchNoCheckpoint: (id: string) => `checkpoint ${id} is not there`,
    watchNotANumber: (what: string) => `${what} is no number`,
    watchNoValue: "none",
    watchTrue: "✓ true",
    watchFalse: "✕ false",
  },
  zh: {
    run: "本次运行",
    runHint: "选择一个子任务、channel、checkpoint 或一条记录，查看其中的内容。",
    notStarted: "还什么都没有发生。",
    unknown: (name: string) => `此刻没有 ${name}。`,
    clear: "清除选择",
    crashTask: (name: string) => `让 ${name} 在此崩溃`,
    crashHost: (name: string) => `让 ${name} 在此崩溃`,

    about: "此刻",
    state: "状态",
    operatorState: "算子状态",
    inputs: "输入",
    outputs: "输出",
    changed: "这一步的变化",
    nothingChanged: "这一步没有改变这里的任何东西。",
    watches: "监视",
    contents: "channel 中的内容，最早的在前",
    phases: "各阶段（按虚拟时间）",
    subtasks: "子任务",
    transactions: "未结束的事务",
    committedRecords: "read-committed 读者能看到的记录，最新的在前",
    shownRecords: "已输出的记录，最新的在前",
    lineage: (attempt: number) => `在 attempt ${attempt} 中读取`,

    attempt: (number: number) => `attempt ${number}`,
    noAttempt: "尚未部署",
    notInSubmission: "不在本次提交中",
    phase: "阶段",
    host: "主机",
    restoredFrom: "起始状态",
    emptyState: "空状态",
    checkpoint: (id: number) => `checkpoint ${id}`,
    savepoint: (id: number) => `checkpoint ${id}，是 savepoint`,
    newestCheckpoint: "最新的 checkpoint",
    lastRecord: "最近一条记录",
    nextOffset: "下一个 offset",
    backPressure: "输出",
    noRoom: "已满：反压",
    room: "有空间",
    counts: "至今完成",
    countsText: (read: number, processed: number, emitted: number, written: number) =>
      `读取 ${read} 条，处理 ${processed} 条，发出 ${emitted} 条，写出 ${written} 条`,
    job: "作业",
    jobStatus: "作业状态",
    ended: (status: string, reason: string) => (reason === "" ? status : `${status}：${reason}`),
    leadership: "任期",
    none: "无",

    life: (kind: string) =>
      ({
        created: "已创建",
        deploying: "正在部署",
        restoring: "正在恢复状态",
        running: "运行中",
        finished: "已结束",
        canceled: "已取消",
      })[kind] ?? kind,
    failed: (reason: string) => `失败：${reason}`,
    lost: (host: string) => `随 ${host} 一同丢失`,
    aligning: (checkpoint: number, arrived: number, all: number) =>
      `正在对齐 checkpoint ${checkpoint}：${all} 个 barrier 已到 ${arrived} 个`,
    snapshotting: (checkpoint: number) => `正在为 checkpoint ${checkpoint} 做快照`,
    blockedOutside: (hook: string, request: string) => `在 ${hook} 中等待“${request}”`,

    stateNotRecorded: (level: string) =>
      `没有记录状态：记录级别是 ${level}，需要 state 或 network。`,
    noState: "没有键控状态。",
    lostState: "它的状态已随它一同丢失。",
    moreValues: (count: number) => `还有 ${count} 个`,
    tick: (checkpoint: number, value: string) => `checkpoint ${checkpoint} 中是 ${value}`,
    timers: "定时器",
    operatorList: (operator: string, state: string, mode: string, checkpoint: number) =>
      `${operator} 的 ${state}（${mode}），截至 checkpoint ${checkpoint}`,
    listMode: (mode: string) =>
      ({ "split-distribute": "均分", union: "合并", broadcast: "广播" })[mode] ?? mode,

    open: "畅通",
    blockedFor: (checkpoint: number) => `阻塞（${checkpoint}）`,
    broken: (reason: string) => `断开：${reason}`,
    queueEmpty: "空",
    record: (value: string, sequence: number) => `记录 ${sequence}：${value}`,
    barrier: (checkpoint: number) => `barrier ${checkpoint}`,
    cancelMarker: (checkpoint: number) => `取消标记 ${checkpoint}`,
    since: (span: string) => `${span} 前发出`,
    producer: "生产者",
    consumer: "消费者",
    gate: "入口",
    passed: "至今通过",
    passedText: (emitted: number, processed: number) =>
      `放入 ${emitted} 条记录，取走 ${processed} 条`,
    noneInChannel: "其中没有内容。",

    status: "状态",
    inProgress: "正在进行",
    stored: "已持久保存",
    completed: "已完成",
    aborted: (reason: string) => `已中止：${reason}`,
    subsumed: (by: number) => `已被 checkpoint ${by} 取代`,
    triggered: "触发时间",
    duration: "端到端持续时间",
    size: "写出的状态",
    fullSize: "完整状态",
    bytes: (count: number) => `${count} 字节`,
    acknowledged: (done: number, all: number) => `已确认 ${done}/${all}`,
    acknowledgedAt: (name: string, time: string) => `${name} 于 ${time} 确认`,
    notAcknowledged: (name: string) => `${name} 尚未确认`,
    startDelay: "起始延迟",
    alignment: "对齐",
    sync: "同步",
    async: "异步",
    phaseSpan: (phase: string, span: string, from: string, to: string) =>
      `${phase}：${span}，从 ${from} 到 ${to}`,
    phaseSoFar: (phase: string, span: string, from: string) =>
      `${phase}：从 ${from} 起，至今 ${span}`,
    waitingForBarrier: "等待第一个 barrier",
    isAligning: "正在对齐",
    isSnapshotting: "正在做快照",
    isWriting: "正在写出",
    isWritten: "已写出",
    isAcknowledged: "已确认",
    isDropped: "已放弃",

    recordTitle: (source: string, partition: number, offset: number) =>
      `${source}/${partition}:${offset}`,
    recordReads: (count: number) => `被读取 ${count} 次`,
    readsSoFar: "至今被读取",
    visibleSoFar: "对读者可见",
    times: (count: number) => `${count} 次`,
    neverRead: "本次运行从未读取它。",

    up: "在线",
    down: "已崩溃",
    boot: (number: number) => `启动 ${number}`,
    registration: "JobMaster",
    unregistered: "不知道它",
    registered: (slots: number) => `已登记，${slots} 个 slot`,
    givenUp: (reason: string) => `已放弃它：${reason}`,
    noSubtasks: "没有子任务在它上面运行。",

    openCount: "未结束的事务",
    committedCount: "已提交的事务",
    abortedCount: "已中止的事务",
    visibleCount: "可见的记录",
    shownCount: "记录",
    transaction: (id: string, by: string, attempt: number, flushed: number) =>
      `${id}，属于 ${by}（attempt ${attempt}）：已安全保存 ${flushed} 条记录`,
    noTransactions: "没有未结束的事务。",
    noRecords: "还没有可见的记录。",
    committedRecord: (value: string, partition: number, offset: number, transaction: string) =>
      `${value}，位于 ${partition}:${offset}，来自 ${transaction}`,
    shownRecord: (value: string, by: string, attempt: number) =>
      `${value}，来自 ${by}（attempt ${attempt}）`,

    event: (index: number) => `事件 ${index}`,
    time: "虚拟时间",
    place: "位置",
    cause: "起因",
    causeLine: (index: number, sentence: string) => `${index}：${sentence}`,

    changeAttempt: (name: string, attempt: number) => `${name} 开始attempt ${attempt}`,
    changePhase: (name: string, before: string, after: string) => `${name}：${before} → ${after}`,
    changeState: (what: string, before: string, after: string) => `${what}：${before} → ${after}`,
    changeStateGone: (name: string, count: number) => `${name} 失去 ${count} 个状态值`,
    changeStateBack: (name: string, count: number) => `${name} 恢复了 ${count} 个状态值`,
    changeRead: (name: string, count: number) => `${name} 读取 ${count} 条记录`,
    changeProcessed: (name: string, count: number) => `${name} 处理 ${count} 条记录`,
    changeEmitted: (name: string, count: number) => `${name} 发出 ${count} 条记录`,
    changeWritten: (name: string, count: number) => `${name} 向 sink 写出 ${count} 条记录`,
    changeBlocked: (channel: string, checkpoint: number) =>
      `${channel}：畅通 → 阻塞（${checkpoint}）`,
    changeResumed: (channel: string) => `${channel}：阻塞 → 畅通`,
    changeBroken: (channel: string) => `${channel} 断开`,
    changeQueue: (channel: string, before: number, after: number) =>
      `${channel}：其中 ${before} → ${after} 个`,
    changeTriggered: (id: number) => `触发 checkpoint ${id}`,
    changeAcknowledged: (id: number, before: number, after: number) =>
      `checkpoint ${id}：已确认 ${before} → ${after}`,
    changeCheckpoint: (id: number, after: string) => `checkpoint ${id} ${after}`,
    changeSnapshot: (id: number, task: string) => `checkpoint ${id}：${task} 做快照`,
    changeHost: (name: string, after: string) => `${name} ${after}`,
    changeOpen: (name: string, before: number, after: number) =>
      `${name}：未结束的事务 ${before} → ${after}`,
    changeVisible: (name: string, count: number) => `${name}：${count} 条记录变为可见`,
    changeJob: (before: string, after: string) => `作业：${before} → ${after}`,
    gone: "无",
    moreChanges: (count: number) => `还有 ${count} 处变化`,

    watchField: "要监视的表达式",
    watchExample: "sum(count)、count[a]、offset(source-1)",
    addWatch: "监视",
    removeWatch: (expression: string) => `不再监视 ${expression}`,
    watchEmpty: "表达式是空的",
    watchSyntax: (found: string, expected: string) => `遇到 ${found}，应为${expected}`,
    watchEnd: "结尾",
    watchValue: "数字、状态或函数",
    watchOperator: "运算符或结尾",
    watchUnknownState: (name: string, known: string) =>
      known === "" ? `没有状态“${name}”：目前没有任何状态` : `没有状态“${name}”：现有 ${known}`,
    watchUnknownFunction: (name: string, known: string) => `没有函数“${name}”：现有 ${known}`,
    watchUnknownName: (name: string, known: string) => `没有“${name}”：现有 ${known}`,
    watchNoCheckpoint: (id: string) => `没有 checkpoint ${id}`,
    watchNotANumber: (what: string) => `${what} 不是数字`,
    watchNoValue: "无",
    watchTrue: "✓ 成立",
    watchFalse: "✕ 不成立",
  },
});

/** The words of the inspector in one language. */
export type InspectorWords = (typeof INSPECTOR_WORDS)["en"];
