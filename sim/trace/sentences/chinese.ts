// The Chinese sentences. As in Flink's Chinese documentation, checkpoint, barrier, channel, TaskManager and
// JobMaster keep their English names.

import { durationText } from "../duration-text.ts";
import { excerpt } from "./excerpt.ts";
import { chineseReason } from "./failure-reasons.ts";
import type { SentenceTemplates } from "./sentence-templates.ts";
import { userRequest } from "./user-requests.ts";

export const CHINESE: SentenceTemplates = {
  // Network.
  "host-booted": (event) =>
    `主机 ${who(event, "启动")} 启动，磁盘：${diskText(event.disk)}，内存为空。`,
  "host-crashed": (event) =>
    `主机 ${who(event, "启动")} 崩溃：内存中的一切都已丢失，磁盘：${diskText(event.disk)}。`,
  "message-sent": (event) =>
    `${who(event)} 向 ${event.to} 发送关于 ${event.about} 的消息“${event.message}”。`,
  "message-lost": (event) =>
    `${who(event)} 发给 ${event.to} 的关于 ${event.about} 的消息“${event.message}”丢失：除非重发，${event.to} 不会得知。`,
  "message-delayed": (event) =>
    `${who(event)} 发给 ${event.to} 的关于 ${event.about} 的消息“${event.message}”被耽搁，晚 ${durationText(event.delay)} 到达。`,
  "message-doubled": (event) =>
    `${who(event)} 发给 ${event.to} 的关于 ${event.about} 的消息“${event.message}”被复制，会到达两次。`,
  "channel-connected": (event) => `channel ${who(event)} 已连接，可以传送记录。`,
  "channel-broken": (event) =>
    `channel ${who(event)} 断开，其中的数据全部丢失，原因：${chineseReason(event.reason)}。`,
  "channel-blocked": (event) =>
    `channel ${who(event)} 因 checkpoint ${event.checkpoint} 被阻塞：barrier 之后的数据要等其他 barrier 到齐。`,
  "channel-resumed": (event) =>
    `channel ${who(event)} 恢复读取：checkpoint ${event.checkpoint} 不再阻塞它。`,
  "buffer-sent": (event) =>
    `channel ${who(event)} 发出第 ${event.sequence} 号 buffer（${elementText(event.element)}，${event.bytes} 字节）。`,
  "buffer-received": (event) =>
    `channel ${who(event)} 把第 ${event.sequence} 号 buffer（${elementText(event.element)}）送入消费者的队列。`,
  "credit-granted": (event) =>
    `channel ${who(event)} 的消费者再给出 ${event.credits} 个 buffer 的信用额度。`,

  // Storage.
  "write-started": (event) =>
    `${event.writer} 开始向${place(event)}写入 ${event.path}，共 ${event.bytes} 字节。`,
  "write-completed": (event) =>
    `${event.writer} 写入的 ${event.path}（${event.bytes} 字节，哈希 ${event.hash}）已持久保存在${place(event)}中。`,
  "write-failed": (event) =>
    `${event.writer} 向${place(event)}写入 ${event.path} 失败，没有留下文件，原因：${chineseReason(event.reason)}。`,
  "write-abandoned": (event) =>
    `${place(event)}放弃对 ${event.path} 的写入，因为写入者 ${event.writer} 已不存在。`,
  "read-completed": (event) =>
    `${event.reader} 已从${place(event)}读出 ${event.path} 的 ${event.bytes} 字节。`,
  "file-deleted": (event) => `${event.path} 已从${place(event)}中删除。`,

  // Checkpoints: the coordinator's part.
  "checkpoint-triggered": (event) =>
    `${who(event, "任期")} 触发 checkpoint ${event.checkpoint}，要求 ${event.tasks} 个子任务开始执行。`,
  "checkpoint-refused": (event) =>
    `${who(event, "任期")} 此刻不触发 checkpoint，因为${chineseReason(event.reason)}。`,
  "acknowledgement-received": (event) =>
    event.outcome === "success"
      ? `${who(event, "任期")} 记下：${task(event)} 已确认 checkpoint ${event.checkpoint}，状态 ${event.bytes} 字节。`
      : `${who(event, "任期")} 不计入 ${task(event)} 对 checkpoint ${event.checkpoint} 的确认（${event.bytes} 字节）：${outcomeText(event.outcome)}。`,
  "decline-received": (event) =>
    `${who(event, "任期")} 得知 ${task(event)} 拒绝 checkpoint ${event.checkpoint}，因为${chineseReason(event.reason)}。`,
  "shared-files-referenced": (event) =>
    `${who(event, "任期")} 记下 checkpoint ${event.checkpoint} 引用的共享文件，只要该 checkpoint 还在，它们就不会被删除：${event.files}。`,
  "checkpoint-stored": (event) =>
    `${who(event, "任期")} 已把 checkpoint ${event.checkpoint} 持久登记在 ${event.path}：从此恢复时就用它。`,
  "checkpoint-completed": (event) =>
    `${who(event, "任期")} 宣布 checkpoint ${event.checkpoint} 完成，距触发 ${durationText(event.duration)}，状态共 ${sizeText(event)}。`,
  "checkpoint-aborted": (event) =>
    `${who(event, "任期")} 中止 checkpoint ${event.checkpoint}，因为${chineseReason(event.reason)}。`,
  "checkpoint-subsumed": (event) =>
    `${who(event, "任期")} 丢弃 checkpoint ${event.checkpoint}：更新的 checkpoint ${event.by} 取代了它。`,
  "completion-announced": (event) =>
    `${who(event, "任期")} 通知 ${event.task}：checkpoint ${event.checkpoint} 已完成，可以提交。`,
  "abort-announced": (event) =>
    `${who(event, "任期")} 通知 ${event.task}：checkpoint ${event.checkpoint} 已中止。`,
  // Checkpoints: the subtask's part.
  "trigger-received": (event) =>
    `子任务 ${who(event)} 收到开始 checkpoint ${event.checkpoint} 的要求，从这里开始它的部分。`,
  "barrier-received": (event) =>
    `checkpoint ${event.checkpoint} 的 barrier 经 channel ${event.channel} 到达子任务 ${who(event)}。`,
  "alignment-completed": (event) =>
    `子任务 ${who(event)} 已从所有输入收齐 checkpoint ${event.checkpoint} 的 barrier，距第一个 ${durationText(event.duration)}，对齐完成。`,
  "barrier-emitted": (event) =>
    `子任务 ${who(event)} 向所有输出发出 checkpoint ${event.checkpoint} 的 barrier：此后发出的数据都在该 checkpoint 之后。`,
  "snapshot-taken": (event) =>
    `子任务 ${who(event)} 为 checkpoint ${event.checkpoint} 做快照（启动延迟 ${durationText(event.startDelay)}，对齐 ${durationText(event.alignment)}，同步阶段 ${durationText(event.sync)}），然后继续处理记录。`,
  "snapshot-written": (event) =>
    `子任务 ${who(event)} 为 checkpoint ${event.checkpoint} 所做的快照已写完：${sizeText(event)}，异步阶段用时 ${durationText(event.async)}。`,
  "checkpoint-acknowledged": (event) =>
    `子任务 ${who(event)} 向 JobMaster 确认 checkpoint ${event.checkpoint}，状态 ${event.bytes} 字节。`,
  "checkpoint-declined": (event) =>
    `子任务 ${who(event)} 拒绝 checkpoint ${event.checkpoint}，因为${chineseReason(event.reason)}。`,
  "cancel-marker-received": (event) =>
    `checkpoint ${event.checkpoint} 的取消标记经 channel ${event.channel} 到达子任务 ${who(event)}：那里不会再有它的 barrier。`,
  "cancel-marker-emitted": (event) =>
    `子任务 ${who(event)} 向所有输出发出 checkpoint ${event.checkpoint} 的取消标记，好让下游不再等它的 barrier。`,
  "completion-received": (event) =>
    `子任务 ${who(event)} 得知 checkpoint ${event.checkpoint} 已完成，可以提交它所涵盖的内容。`,
  "materialization-started": (event) =>
    `子任务 ${who(event)} 为物化 ${event.materialization} 固定键控状态后继续工作：上传不依附于任何 checkpoint。`,
  "materialization-completed": (event) =>
    `子任务 ${who(event)} 的物化 ${event.materialization} 完成：上传 ${event.bytes} 字节，用时 ${durationText(event.duration)}，此前的变更日志不再需要。`,
  "materialization-failed": (event) =>
    `子任务 ${who(event)} 的物化 ${event.materialization} 失败：${event.reason}。变更日志继续增长，直到下一次物化。`,
  "abort-received": (event) =>
    `子任务 ${who(event)} 得知 checkpoint ${event.checkpoint} 已中止，放弃自己的那一部分。`,

  // Tasks.
  "task-restored": (event) =>
    event.checkpoint === 0
      ? `子任务 ${who(event)} 以空状态初始化。`
      : `子任务 ${who(event)} 用 checkpoint ${event.checkpoint} 中的状态初始化：此后所做的一切都被撤销。`,
  "task-running": (event) => `子任务 ${who(event)} 开始运行，从现在起处理记录。`,
  "record-read": (event) =>
    `子任务 ${who(event)} 从 ${event.source} 的分区 ${event.partition}、偏移量 ${event.offset} 读取 ${event.value}。`,
  "record-processed": (event) =>
    `子任务 ${who(event)} 从 channel ${event.channel} 取出第 ${event.sequence} 号记录 ${event.value} 并处理。`,
  "record-emitted": (event) =>
    `子任务 ${who(event)} 向 channel ${event.channel} 发出 ${event.value}，作为第 ${event.sequence} 号记录。`,
  "record-written": (event) =>
    `子任务 ${who(event)} 中的 sink 算子“${event.sink}”把 ${event.value} 写向 ${event.target}。`,
  "timer-registered": (event) =>
    `子任务 ${who(event)} 中的算子“${event.operator}”为键 ${event.key} 注册定时器：时钟超过 ${event.timestamp} ms 后触发。`,
  "timer-fired": (event) =>
    `子任务 ${who(event)} 中的算子“${event.operator}”为键 ${event.key} 注册的 ${event.timestamp} ms 定时器触发。`,
  "state-updated": (event) =>
    `子任务 ${who(event)} 把状态“${event.state}”中键 ${event.key} 的值更新为 ${event.value}。`,
  "operator-snapshot-written": (event) =>
    `子任务 ${who(event)} 已为 checkpoint ${event.checkpoint} 写出算子 ${event.operator} 的状态：键控状态 ${excerpt(event.keyed)}，算子状态 ${excerpt(event.operatorState)}。`,
  "operator-restored": (event) =>
    `子任务 ${who(event)} 已从 checkpoint ${event.checkpoint} 恢复算子 ${event.operator} 的状态：键控状态 ${excerpt(event.keyed)}，算子状态 ${excerpt(event.operatorState)}。`,
  "output-blocked": (event) =>
    `子任务 ${who(event)} 的一个输出已没有空间，它停止读取记录：受到反压。`,
  "output-available": (event) => `子任务 ${who(event)} 的输出又有了空间，继续读取记录。`,
  "hook-started": (event) => `子任务 ${who(event)} 进入 ${event.hook} 钩子。`,
  "hook-waiting": (event) =>
    `子任务 ${who(event)} 在 ${event.hook} 钩子中等待“${event.request}”的答复，其间不处理任何其他事情。`,
  "hook-finished": (event) => `子任务 ${who(event)} 离开 ${event.hook} 钩子，继续执行。`,
  "end-of-data": (event) => `子任务 ${who(event)} 的输入已经读到最后一条记录。`,
  "task-finished": (event) => `子任务 ${who(event)} 结束：工作已完成并已提交。`,
  "task-failed": (event) =>
    `子任务 ${who(event)} 失败，内存中的内容全部丢失，原因：${chineseReason(event.reason)}。`,
  "task-canceled": (event) => `子任务 ${who(event)} 被取消，丢弃内存中的内容。`,

  // Cluster.
  "leadership-granted": (event) =>
    event.newestCheckpoint === 0
      ? `${who(event, "任期")} 成为 leader，没有找到已完成的 checkpoint。`
      : `${who(event, "任期")} 成为 leader，找到最新完成的 checkpoint ${event.newestCheckpoint}。`,
  "job-status-changed": (event) =>
    `${who(event, "任期")} 把作业状态改为 ${event.status}${statusText(event.status)}。`,
  "task-manager-registered": (event) =>
    `${who(event, "任期")} 登记 TaskManager ${event.taskManager}，它提供 ${event.slots} 个 slot，资源标识为 ${event.resource}。`,
  "task-manager-lost": (event) =>
    `${who(event, "任期")} 放弃 TaskManager ${event.taskManager} 及其上的所有子任务，原因：${chineseReason(event.reason)}。`,
  "heartbeat-received": (event) =>
    `${who(event, "任期")} 收到 TaskManager ${event.taskManager} 的心跳：它还在运行。`,
  "task-deployed": (event) =>
    `${who(event, "任期")} 把子任务 ${task(event)} 部署到 ${event.taskManager}，${
      event.checkpoint === 0 ? "从空状态开始" : `将从 checkpoint ${event.checkpoint} 恢复`
    }。`,
  "failure-reported": (event) =>
    `${who(event, "任期")} 得知子任务 ${task(event)} 失败（${chineseReason(event.reason)}），并决定重启哪些子任务。`,
  "restart-scheduled": (event) =>
    `${who(event, "任期")} 将在 ${durationText(event.delay)} 后重启子任务，至今共失败 ${event.failures} 次。`,
  "restore-started": (event) =>
    event.checkpoint === 0
      ? `${who(event, "任期")} 从头启动子任务：没有可恢复的 checkpoint。`
      : `${who(event, "任期")} 开始从 checkpoint ${event.checkpoint} 恢复子任务。`,
  "job-submitted": (event) =>
    `${who(event, "任期")} 从 checkpoint ${event.checkpoint} 即 ${event.path}（${event.claimMode}）再次启动作业：第 ${event.attempt} 次尝试起属于第 ${event.submission} 次提交。`,
  "submission-refused": (event) =>
    `${who(event, "任期")} 拒绝再次启动作业，原因：${chineseReason(event.reason)}。`,
  "job-ended": (event) =>
    `${who(event, "任期")} 宣布作业以 ${event.status} 结束${
      event.reason === "" ? "" : `，原因：${chineseReason(event.reason)}`
    }。`,

  // The outside world.
  "log-grew": (event) =>
    `${place(event)} 增长：分区 ${event.partition} 现已到达偏移量 ${event.offset}。`,
  "request-handled": (event) =>
    `${place(event)} 处理了 ${by(event)} 的请求“${event.request}”，结果：${event.outcome}。`,
  "transaction-begun": (event) =>
    `${place(event)} 为 ${by(event)} 开启事务 ${event.transaction}（epoch ${event.epoch}）。`,
  "transaction-flushed": (event) =>
    `${place(event)} 已保存事务 ${event.transaction}（epoch ${event.epoch}）的 ${event.records} 条记录，但尚不可见。`,
  "transaction-committed": (event) =>
    `${place(event)} 提交事务 ${event.transaction}（epoch ${event.epoch}）：其 ${event.records} 条记录从此可读。`,
  "transaction-aborted": (event) =>
    `${place(event)} 中止事务 ${event.transaction}（epoch ${event.epoch}），其记录永远不可读，原因：${chineseReason(event.reason)}。`,
  "producer-fenced": (event) =>
    `${place(event)} 拒绝事务 ${event.transaction} 的旧生产者：当前 epoch 为 ${event.epoch}。`,
  "record-committed": (event) =>
    `${event.value} 经事务 ${event.transaction} 提交，在日志 ${event.log} 的分区 ${event.partition}、偏移量 ${event.offset} 变为可见。`,
  "line-printed": (event) => `${by(event)} 打印 ${event.line}，无法收回。`,
  "record-collected": (event) => `收集器 ${event.collector} 从 ${by(event)} 收到 ${event.value}。`,

  // Faults.
  "fault-struck": (event) => {
    const request = userRequest(event.what, "zh");
    return request === undefined
      ? `第 ${event.fault} 号故障击中 ${place(event)}：${event.what}。`
      : `有人${request}（计划的第 ${event.fault} 项，在 ${place(event)}）。`;
  },

  // Local recovery.
  "local-state-stored": (event) =>
    `TaskManager ${who(event, "启动")} 在自己的磁盘上保留子任务 ${event.task} 的键控状态副本（checkpoint ${event.checkpoint}，${event.files} 个文件，${event.bytes} 字节）。`,
  "local-state-discarded": (event) =>
    `TaskManager ${who(event, "启动")} 删除子任务 ${event.task} 在 checkpoint ${event.checkpoint} 中的键控状态副本。`,
  "restore-alternative-chosen": (event) =>
    event.alternative === "local"
      ? `子任务 ${event.task} 用 TaskManager ${who(event, "启动")} 磁盘上的副本恢复 checkpoint ${event.checkpoint} 中算子“${event.operator}”的键控状态。`
      : `TaskManager ${who(event, "启动")} 上的子任务 ${event.task} 恢复 checkpoint ${event.checkpoint} 中算子“${event.operator}”的键控状态时采用 ${event.alternative} 来源，即 checkpoint 存储，因为本地副本不可用：${event.reason}。`,
};

interface Actor {
  readonly place: string;
  readonly incarnation: number;
}

/** The actor, with its incarnation unless it is the first. */
function who(actor: Actor, incarnation = "attempt"): string {
  const name = place(actor);
  return actor.incarnation === 0 ? name : `${name} (${incarnation} ${actor.incarnation})`;
}

function place({ place: name }: { readonly place: string }): string {
  if (name === "job-master") return "JobMaster";
  return name === "storage" ? "共享存储" : name;
}

function task(event: { readonly task: string; readonly attempt: number }): string {
  return who({ place: event.task, incarnation: event.attempt });
}

function by(event: { readonly by: string; readonly attempt: number }): string {
  return who({ place: event.by, incarnation: event.attempt });
}

function diskText(disk: string): string {
  switch (disk) {
    case "kept":
      return "保留";
    case "lost":
      return "丢失";
    case "empty":
      return "空";
    default:
      return disk;
  }
}

function elementText(element: string): string {
  switch (element) {
    case "record":
      return "记录";
    case "cancel-marker":
      return "取消标记";
    case "end-of-data":
      return "数据结束标记";
    case "end-of-partition":
      return "分区结束标记";
    default:
      return element;
  }
}

function outcomeText(outcome: string): string {
  switch (outcome) {
    case "duplicate":
      return "重复";
    case "unknown":
      return "来源不明";
    case "discarded":
      return "已废弃";
    case "refused":
      return "其中引用的共享文件已不存在";
    default:
      return outcome;
  }
}

function statusText(status: string): string {
  switch (status) {
    case "CREATED":
      return "：尚未部署任何子任务";
    case "RUNNING":
      return "：所有子任务都在运行";
    case "RESTARTING":
      return "：所有子任务停止，随后从 checkpoint 重新开始";
    case "FAILING":
      return "：所有子任务停止，不再继续";
    case "FAILED":
      return "：不会再重启";
    case "FINISHED":
      return "：所有工作已完成";
    default:
      return "";
  }
}

/** How much state a snapshot has, and how much of it was written for it if that is not all. */
function sizeText({
  bytes,
  fullBytes,
}: {
  readonly bytes: number;
  readonly fullBytes: number;
}): string {
  return bytes === fullBytes ? `${fullBytes} 字节` : `${fullBytes} 字节（其中新写 ${bytes} 字节）`;
}
