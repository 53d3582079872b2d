// What the page's file carries besides its program: texts, gzipped and in base64, in script elements that no browser
// runs. sim/node/page-file.ts puts them there.

/** Names of what a page may carry. */
export type EmbeddedName = "trace" | "verdicts" | "engine" | "comparison" | "page";

/** The text carried under a name; undefined if the page does not carry it. */
export async function embeddedText(name: EmbeddedName): Promise<string | undefined> {
  const base64 = document.getElementById(`cleancut-${name}`)?.textContent?.trim();
  if (base64 === undefined || base64 === "") return undefined;
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return await new Response(unpacked).text();
}
