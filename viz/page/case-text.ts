// A case as a short text that needs no escaping in a link: its JSON, deflated where the browser can, in base64url.

import type { Case } from "../../sim/harness/bundle.ts";
import { canonicalText } from "../../sim/kernel/canonical-value.ts";

/** A case as text; the first letter says whether it is deflated. */
export async function caseText(request: Case): Promise<string> {
  const json = new TextEncoder().encode(canonicalText(request));
  if (typeof CompressionStream === "undefined") return `j${base64UrlOf(json)}`;
  return `z${base64UrlOf(await piped(json, new CompressionStream("deflate-raw")))}`;
}

/**
 * The case a text stands for, as JSON: whether it can be run is for the engine to say. Undefined for a text that was
 * cut off or changed.
 */
export async function caseOfText(text: string): Promise<Case | undefined> {
  try {
    const bytes = bytesOf(text.slice(1));
    const json = text.startsWith("z")
      ? await piped(bytes, new DecompressionStream("deflate-raw"))
      : bytes;
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(json));
    return isCase(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isCase(value: unknown): value is Case {
  return typeof value === "object" && value !== null && "scenario" in value;
}

async function piped(
  bytes: Uint8Array<ArrayBuffer>,
  through: GenericTransformStream,
): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(through);
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function base64UrlOf(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}
