// Reasons that the engine gives in words rather than in a code, in Chinese. A reason may hold another one, after a
// colon. What a user's own code says is theirs and stays as it is.

/** A form of reason and how it reads in Chinese, given its parts and a way to say those that are reasons themselves. */
interface ReasonText {
  readonly form: RegExp;
  readonly zh: (parts: readonly string[], say: (reason: string) => string) => string;
}

const STATE_KINDS: ReadonlyMap<string, string> = new Map([
  ["keyed", "键控状态"],
  ["operator", "算子状态"],
]);

const TEXTS: readonly ReasonText[] = [
  { form: /^the connection to (.+) was lost$/, zh: ([host]) => `与 ${host} 的连接已断开` },
  { form: /^injected failure$/, zh: () => "注入的故障" },
  { form: /^injected write error$/, zh: () => "注入的写入错误" },
  { form: /^no heartbeat$/, zh: () => "没有心跳" },
  { form: /^it came back$/, zh: () => "它已重新上线" },
  { form: /^its producer asked$/, zh: () => "生产者要求中止" },
  { form: /^a newer epoch fenced it$/, zh: () => "已被更新的 epoch 隔离" },
  { form: /^it timed out$/, zh: () => "它已超时" },
  { form: /^no file at (.+)$/, zh: ([path]) => `${path} 处没有文件` },
  {
    form: /^the hash of (.+) is (\S+), expected (\S+)$/,
    zh: ([path, found, expected]) => `${path} 的哈希是 ${found}，应为 ${expected}`,
  },
  {
    form: /^Cannot read checkpoint metadata: its hash is (\S+), expected (\S+) \(at byte (\d+) of (\d+)\)$/,
    zh: ([found, expected, at, of]) =>
      `无法读取 checkpoint 元数据：其哈希是 ${found}，应为 ${expected}（第 ${at} 字节，共 ${of} 字节）`,
  },
  {
    form: /^batch (\d+) is out of order, the next is (\d+)$/,
    zh: ([batch, next]) => `第 ${batch} 批顺序不对，下一批应为 ${next}`,
  },
  {
    form: /^No restart is left: (.+)$/s,
    zh: ([why = ""], say) => `没有剩余的重启机会：${say(why)}`,
  },
  {
    form: /^Checkpoint (\d+) failed because (.+), and more failures are not tolerated$/s,
    zh: ([id, why = ""], say) => `checkpoint ${id} 失败，因为${say(why)}，且不再容忍更多失败`,
  },
  {
    form: /^Cannot recover a completed checkpoint from (\S+): (.+)$/s,
    zh: ([path, why = ""], say) => `无法从 ${path} 恢复已完成的 checkpoint：${say(why)}`,
  },
  { form: /^Cannot recover the job: (.+)$/s, zh: ([why = ""], say) => `无法恢复作业：${say(why)}` },
  {
    form: /^Cannot restore (keyed|operator) state of (.+?) from checkpoint (\d+): (.+)$/s,
    zh: ([kind = "", operator, id, why = ""], say) =>
      `无法从 checkpoint ${id} 恢复 ${operator} 的${STATE_KINDS.get(kind)}：${say(why)}`,
  },
  { form: /^(\S+) failed: (.+)$/s, zh: ([task, why = ""], say) => `${task} 失败：${say(why)}` },
];

/** A reason in Chinese; `say` is how reasons inside it are said. */
export function chineseReasonText(reason: string, say: (reason: string) => string): string {
  for (const { form, zh } of TEXTS) {
    const found = form.exec(reason);
    if (found !== null) return zh(found.slice(1), say);
  }
  return reason;
}
