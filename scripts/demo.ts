// What `make run` shows: a capture on loopback around one HTTP exchange that this script starts itself.
//
//   node scripts/demo.ts          capture, exchange, end
//   node scripts/demo.ts serve    the web server of the exchange (started by the former)
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";

const PTCPDUMP = new URL("../bin/ptcpdump", import.meta.url).pathname;

/** Answers every request with one line and closes; prints its port when it listens. */
function serve(): void {
  const server = createServer((_request, response) => {
    response.setHeader("connection", "close");
    response.end("hello\n");
  });
  server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));
}

/** Waits until a line of the stream matches; every line is handed to `echo` as well. */
function lineOf(
  stream: NodeJS.ReadableStream,
  pattern: RegExp,
  echo: (line: string) => void,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input: stream });
    lines.on("line", (line) => {
      echo(line);
      if (pattern.test(line)) resolve(line);
    });
    lines.on("close", () => reject(new Error("ended before it was ready")));
  });
}

/** The exit status; 1 if a signal ended the child. */
async function ended(child: ChildProcess): Promise<number> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  return child.exitCode ?? 1;
}

async function demo(): Promise<number> {
  const server = spawn(process.execPath, [import.meta.filename, "serve"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const port = await lineOf(server.stdout, /^\d+$/, () => {});
    const options = ["-i", "lo", "-n", `tcp port ${port}`];
    console.error(
      `$ ptcpdump ${options.slice(0, -1).join(" ")} '${options.at(-1)}' & curl http://127.0.0.1:${port}/`,
    );
    const capture = spawn(PTCPDUMP, options, { stdio: ["ignore", "inherit", "pipe"] });
    try {
      await lineOf(capture.stderr, /listening on /, (line) => console.error(line));
    } catch {
      return await ended(capture);
    }
    const client = spawn("curl", ["-s", "-o", "/dev/null", `http://127.0.0.1:${port}/`], {
      stdio: "inherit",
    });
    const status = await ended(client);
    // On loopback a packet is delivered before the call that sent it returns: with curl gone, all have passed.
    capture.kill("SIGINT");
    return (await ended(capture)) || status;
  } finally {
    server.kill();
  }
}

if (process.argv[2] === "serve") serve();
else process.exitCode = await demo();
