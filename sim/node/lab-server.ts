// Serves the lab on this machine only: one page, which runs the engine itself, so the server has nothing to do after
// that.

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { RequestError } from "./request-error.ts";

/** A lab that is being served. */
export interface LabServer {
  readonly url: string;
  close(): void;
}

/** Serves `html` on a port of the loopback; 0 takes a free one. Throws a {@link RequestError} if it cannot. */
export async function serveLabPage(html: string, port: number): Promise<LabServer> {
  const server = createServer(({ url = "/", headers: { host } }, response) => {
    // Whoever names another host has been led here by a name that someone else controls.
    const isLocal = /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host ?? "");
    const isPage = new URL(url, "http://localhost").pathname === "/";
    const status = !isLocal ? 403 : isPage ? 200 : 404;
    response.writeHead(status, {
      "content-type": "text/html; charset=utf-8",
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
    });
    response.end(status === 200 ? html : `<!doctype html><title>${status}</title>`);
  });
  const { port: taken } = await listening(server, port);
  return { url: `http://127.0.0.1:${taken}/`, close: () => server.close() };
}

function listening(server: Server, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once("error", ({ code, message }: NodeJS.ErrnoException) => {
      const reason = code === "EADDRINUSE" ? "it is in use, --port takes another" : message;
      reject(new RequestError(`Cannot serve the lab on port ${port}: ${reason}`));
    });
    // A server that listens on a port has an address of this kind.
    server.listen(port, "127.0.0.1", () => resolve(server.address() as AddressInfo));
  });
}
