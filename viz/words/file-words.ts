// The words of the inspector on the files of checkpoints.

import { wordLists } from "./words.ts";

/** The words on files in all languages. */
export const FILE_WORDS = wordLists({
  en: {
    files: "Files of this checkpoint",
    filesByCheckpoints: "Shared files by checkpoints",
    file: "file",
    fileBytes: "bytes",
    fileUses: "uses",
    broughtFiles: "uploaded",
    referredFiles: "referred to",
    ownFiles: "its own",
    ownFilesHint:
      "Files in the checkpoint's own folder, _metadata among them: no other refers to them.",
    freedFiles: "deleted with it",
    keptFiles: "stays",
    filesText: (count: number, bytes: number) =>
      `${count === 1 ? "1 file" : `${count} files`}, ${bytes} bytes`,
    ofCheckpoints: (ids: string) => `, of ${checkpointList(ids)}`,
    forCheckpoints: (ids: string) => `, for ${checkpointList(ids)}`,
    moreFiles: (count: number) => (count === 1 ? "and 1 older file" : `and ${count} older files`),
    column: (id: number, status: string) => `checkpoint ${id}: ${status}`,
    pending: "in progress",
    retained: "retained",
    released: "no longer retained",
    deleted: "deleted",
    deletedAt: (time: string, checkpoint: number) =>
      `deleted at ${time}, with checkpoint ${checkpoint}`,
    usedBy: (ids: string) =>
      ids === ""
        ? "no retained checkpoint refers to it"
        : `${checkpointList(ids)} ${ids.includes(",") ? "refer" : "refers"} to it`,
    isBroughtBy: (id: number) => `uploaded by checkpoint ${id}`,
    isReferredToBy: (id: number) => `checkpoint ${id} refers to it`,
    andGone: ", and deleted by now",
    andReleased: ", which is no longer retained",
    ownFilesThere: (id: number, there: number, all: number) =>
      `checkpoint ${id}: ${there} of its ${all} own files are there`,
    legendBrought: "uploaded",
    legendReferred: "referred to",
    legendReleased: "no longer retained",
    legendGone: "deleted",
    changeUploaded: (writer: string, name: string) => `${writer} uploads ${name}`,
    changeReferences: (id: number, all: number, known: number) =>
      `checkpoint ${id} refers to ${all === 1 ? "1 shared file" : `${all} shared files`}, ${known} of them uploaded before`,
    changeDeleted: (name: string) => `${name} is deleted`,
  },
  zh: {
    files: "这个 checkpoint 的文件",
    filesByCheckpoints: "各 checkpoint 的共享文件",
    file: "文件",
    fileBytes: "字节",
    fileUses: "引用",
    broughtFiles: "上传",
    referredFiles: "引用",
    ownFiles: "自有",
    ownFilesHint: "checkpoint 自己目录里的文件，包括 _metadata：没有别的 checkpoint 引用它们。",
    freedFiles: "随它删除",
    keptFiles: "保留",
    filesText: (count: number, bytes: number) => `${count} 个文件，${bytes} 字节`,
    ofCheckpoints: (ids: string) => `，来自 checkpoint ${ids}`,
    forCheckpoints: (ids: string) => `，checkpoint ${ids} 还要用`,
    moreFiles: (count: number) => `还有 ${count} 个更早的文件`,
    column: (id: number, status: string) => `checkpoint ${id}：${status}`,
    pending: "正在进行",
    retained: "保留中",
    released: "已不再保留",
    deleted: "已删除",
    deletedAt: (time: string, checkpoint: number) => `于 ${time} 随 checkpoint ${checkpoint} 删除`,
    usedBy: (ids: string) =>
      ids === "" ? "没有保留中的 checkpoint 引用它" : `checkpoint ${ids} 引用它`,
    isBroughtBy: (id: number) => `由 checkpoint ${id} 上传`,
    isReferredToBy: (id: number) => `checkpoint ${id} 引用它`,
    andGone: "，现已删除",
    andReleased: "，该 checkpoint 已不再保留",
    ownFilesThere: (id: number, there: number, all: number) =>
      `checkpoint ${id}：自己的 ${all} 个文件中还有 ${there} 个`,
    legendBrought: "上传",
    legendReferred: "引用",
    legendReleased: "已不再保留",
    legendGone: "已删除",
    changeUploaded: (writer: string, name: string) => `${writer} 上传 ${name}`,
    changeReferences: (id: number, all: number, known: number) =>
      `checkpoint ${id} 引用 ${all} 个共享文件，其中 ${known} 个是以前上传的`,
    changeDeleted: (name: string) => `${name} 已删除`,
  },
});

/** The words on files in one language. */
export type FileWords = (typeof FILE_WORDS)["en"];

/** "checkpoint 2", "checkpoints 2, 3". */
function checkpointList(ids: string): string {
  return ids.includes(",") ? `checkpoints ${ids}` : `checkpoint ${ids}`;
}
