// What the runs of a comparison are charged for, a line for each option that says so, and how memory is estimated.

import type { ConfigOption } from "../runtime/config-option.ts";
import { type Configuration, OPTIONS } from "../runtime/configuration.ts";
import { MEMORY_MODEL } from "../search/run-figures.ts";
import { durationText } from "../trace/duration-text.ts";
import type { Language } from "../trace/sentences/sentence.ts";
import { sizeText } from "../trace/size-text.ts";

/** What holds under this configuration. */
export function costLines(
  configuration: Configuration,
  language: Language,
  heapFactor: number = MEMORY_MODEL.heapFactor,
): readonly string[] {
  const words = WORDS[language];
  const line = (option: ConfigOption<number>, text: string): string => `${option.key} = ${text}`;
  const time = (option: ConfigOption<number>): string =>
    line(option, durationText(configuration.get(option)));
  const size = (option: ConfigOption<number>): string =>
    line(option, sizeText(configuration.get(option)));
  const speed = (option: ConfigOption<number>, unbounded = words.atOnce): string => {
    const bandwidth = configuration.get(option);
    return line(option, bandwidth === 0 ? unbounded : `${sizeText(bandwidth)}/s`);
  };
  return [
    time(OPTIONS.storageLatency),
    time(OPTIONS.storageJitter),
    `${speed(OPTIONS.storageBandwidth, words.unbounded)} ${words.eachFile}`,
    `${speed(OPTIONS.storageHostBandwidth, words.unbounded)} ${words.allFiles}`,
    time(OPTIONS.syncCost),
    time(OPTIONS.asyncCost),
    time(OPTIONS.deployCost),
    speed(OPTIONS.heapSerializationBandwidth),
    speed(OPTIONS.heapDeserializationBandwidth),
    speed(OPTIONS.scanBandwidth),
    speed(OPTIONS.loadBandwidth),
    speed(OPTIONS.flushBandwidth),
    time(OPTIONS.holdCost),
    time(OPTIONS.openCost),
    speed(OPTIONS.compactionBandwidth),
    size(OPTIONS.writeBufferSize),
    size(OPTIONS.levelSizeBase),
    size(OPTIONS.targetFileSizeBase),
    words.heapMemory(heapFactor),
    words.rocksdbMemory(MEMORY_MODEL.writeBuffers),
  ];
}

interface CostWords {
  readonly atOnce: string;
  readonly unbounded: string;
  readonly eachFile: string;
  readonly allFiles: string;
  readonly heapMemory: (factor: number) => string;
  readonly rocksdbMemory: (writeBuffers: number) => string;
}

const WORDS: { readonly [language in Language]: CostWords } = {
  en: {
    atOnce: "0, for at once",
    unbounded: "0, for no bound",
    eachFile: "for each file",
    allFiles: "for all files of a task manager, each way",
    heapMemory: (factor) => `memory on the heap = ${factor} times the serialized state`,
    rocksdbMemory: (writeBuffers) =>
      `memory of RocksDB = the state, ${writeBuffers} write buffers at most`,
  },
  zh: {
    atOnce: "0，即不计时间",
    unbounded: "0，即不设上限",
    eachFile: "（每个文件）",
    allFiles: "（一个 TaskManager 的所有文件，每个方向）",
    heapMemory: (factor) => `堆内存 = 序列化状态的 ${factor} 倍`,
    rocksdbMemory: (writeBuffers) =>
      `RocksDB 的内存 = 状态大小，最多 ${writeBuffers} 个 write buffer`,
  },
};
