// Commands as they are typed, for the line that repeats a run.

/** The command of these words, quoted for a shell. */
export function commandText(...words: readonly string[]): string {
  return ["npx cleancut", ...words.map(quoted)].join(" ");
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
