// TLS secrets: tshark decrypts what programs with every library that is known sent and received, as clients that are
// started and as servers that ran before.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { folder, type Host, lonely, type Program, PTCPDUMP, privileged } from "../netns.ts";

const PORT = 4433;
const URL = `https://127.0.0.1:${PORT}/hello`;
const VERSIONS = ["1.3", "1.2"] as const;
type Version = (typeof VERSIONS)[number];

/** A folder with a certificate, its key, and what else a test writes. */
interface Scene {
  readonly host: Host;
  readonly folder: string;
  readonly path: (name: string) => string;
}

function scene(t: TestContext): Scene | null {
  if (!privileged(t)) return null;
  if (!has(t, "openssl") || !has(t, "tshark")) return null;
  const host = lonely(t);
  const at = folder(t);
  const path = (name: string) => join(at, name);
  const key = ["-newkey", "rsa:2048", "-nodes", "-keyout", path("key.pem"), "-out", path("cert.pem")];
  execFileSync("openssl", ["req", "-x509", ...key, "-days", "2", "-subj", "/CN=localhost"], {
    stdio: "pipe",
  });
  return { host, folder: at, path };
}

/** True if the program is installed. Else the test is skipped with a line; under CI it fails. */
function has(t: TestContext, program: string): boolean {
  if (spawnSync("sh", ["-c", 'command -v "$0"', program]).status === 0) return true;
  if (process.env["CI"]) throw new Error(`needs ${program}`);
  t.skip(`needs ${program}`);
  return false;
}

const PYTHON_CLIENT = `
import ssl, sys, urllib.request
context = ssl._create_unverified_context()
if sys.argv[2] == "1.2": context.maximum_version = ssl.TLSVersion.TLSv1_2
urllib.request.urlopen(sys.argv[1], context=context).read()
`;
const PYTHON_SERVER = `
import http.server, ssl, sys
server = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), http.server.SimpleHTTPRequestHandler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[2], sys.argv[3])
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
`;
const NODE_CLIENT = `
process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
require("https").get(process.argv[1], { maxVersion: "TLSv" + process.argv[2] }, (r) => r.resume());
`;
const NODE_SERVER = `
const { readFileSync } = require("fs");
const [port, cert, key] = process.argv.slice(1);
require("https").createServer({ cert: readFileSync(cert), key: readFileSync(key) }, (q, r) => r.end("hello"))
  .listen(Number(port), "127.0.0.1");
`;

/** The ways that a Go program can be built. */
const GO_BUILDS: Record<string, readonly string[]> = {
  go: [],
  "go-stripped": ["-ldflags=-s -w"],
  "go-pie": ["-buildmode=pie", "-ldflags=-s -w"],
};

/** Builds the program in Go; null (and the test is skipped) where Go is missing. */
function goProgram(t: TestContext, { path }: Scene, build: string): string | null {
  if (!has(t, "go")) return null;
  const source = join(import.meta.dirname, "tls.go");
  execFileSync("go", ["build", ...GO_BUILDS[build]!, "-o", path(build), source], {
    stdio: "pipe",
    env: { ...process.env, GOFLAGS: "-p=1", GO111MODULE: "off" },
  });
  return path(build);
}

/** Makes the databases that NSS keeps certificates in, with the scene's; null (and the test is skipped) without NSS. */
function nssDatabase(t: TestContext, { path, folder: at }: Scene): string | null {
  if (!has(t, "tstclnt")) return null;
  const database = `sql:${at}`;
  const bundle = [
    "-inkey",
    path("key.pem"),
    "-in",
    path("cert.pem"),
    "-out",
    path("cert.p12"),
    "-name",
    "localhost",
  ];
  execFileSync("openssl", ["pkcs12", "-export", "-passout", "pass:", ...bundle], { stdio: "pipe" });
  execFileSync("certutil", ["-N", "-d", database, "--empty-password"], { stdio: "pipe" });
  execFileSync("pk12util", ["-i", path("cert.p12"), "-d", database, "-W", ""], { stdio: "pipe" });
  return database;
}

/** Commands that ask the server for /hello; null: the test was skipped. */
const CLIENTS: Record<string, (t: TestContext, scene: Scene, version: Version) => string[] | null> = {
  curl: (_t, _scene, version) => ["curl", "-sk", "--http1.1", "--tls-max", version, URL, "-o", "/dev/null"],
  python: (_t, _scene, version) => ["python3", "-c", PYTHON_CLIENT, URL, version],
  // Node carries its own OpenSSL
  node: (_t, _scene, version) => [process.execPath, "-e", NODE_CLIENT, URL, version],
  gnutls: (t, { path }, version) => {
    if (!has(t, "gnutls-cli")) return null;
    writeFileSync(path("request"), "GET /hello HTTP/1.0\r\n\r\n");
    const priority = version === "1.2" ? "NORMAL:-VERS-TLS1.3" : "NORMAL";
    const command = `gnutls-cli --insecure --priority ${priority} -p ${PORT} 127.0.0.1 <${path("request")} >/dev/null`;
    return ["sh", "-c", command];
  },
  boringssl: (t, { path }, version) => {
    if (!has(t, "bssl-tool")) return null;
    writeFileSync(path("request"), "GET /hello HTTP/1.0\r\n\r\n");
    const command = `bssl-tool client -connect 127.0.0.1:${PORT} -max-version tls${version} <${path("request")}`;
    return ["sh", "-c", command];
  },
  nss: (t, scene, version) => {
    const database = nssDatabase(t, scene);
    if (database === null) return null;
    const { path } = scene;
    writeFileSync(path("request"), "GET /hello HTTP/1.0\r\n\r\n");
    const versions = `tls${version}:tls${version}`;
    const options = ["-o", "-d", database, "-V", versions, "-A", path("request")];
    return ["tstclnt", "-h", "127.0.0.1", "-p", String(PORT), ...options];
  },
  ...Object.fromEntries(
    Object.keys(GO_BUILDS).map((build) => [
      build,
      (t: TestContext, scene: Scene, version: Version) => {
        const program = goProgram(t, scene, build);
        return program === null ? null : [program, "get", URL, version];
      },
    ]),
  ),
};

/** Commands that serve HTTPS. */
const SERVERS: Record<string, (t: TestContext, scene: Scene) => string[] | null> = {
  openssl: (_t, { path }) => [
    "openssl",
    ...["s_server", "-www", "-accept", String(PORT), "-cert", path("cert.pem"), "-key", path("key.pem")],
  ],
  python: (_t, { path }) => ["python3", "-c", PYTHON_SERVER, String(PORT), path("cert.pem"), path("key.pem")],
  node: (_t, { path }) => [
    process.execPath,
    "-e",
    NODE_SERVER,
    String(PORT),
    path("cert.pem"),
    path("key.pem"),
  ],
  gnutls: (t, { path }) =>
    has(t, "gnutls-serv")
      ? [
          "gnutls-serv",
          ...[
            "--http",
            "-p",
            String(PORT),
            "--x509certfile",
            path("cert.pem"),
            "--x509keyfile",
            path("key.pem"),
          ],
        ]
      : null,
  boringssl: (t, { path }) => {
    const options = [
      "-accept",
      String(PORT),
      "-loop",
      "-www",
      "-cert",
      path("cert.pem"),
      "-key",
      path("key.pem"),
    ];
    return has(t, "bssl-tool") ? ["bssl-tool", "server", ...options] : null;
  },
  nss: (t, scene) => {
    const database = nssDatabase(t, scene);
    const options = ["-n", "localhost", "-p", String(PORT), "-V", "tls1.2:tls1.3"];
    return database === null ? null : ["selfserv", "-d", database, ...options];
  },
  "go-pie": (t, scene) => {
    const program = goProgram(t, scene, "go-pie");
    const { path } = scene;
    return program === null
      ? null
      : [program, "serve", `127.0.0.1:${PORT}`, path("cert.pem"), path("key.pem")];
  },
};

async function serve(host: Host, command: string[]): Promise<Program> {
  const server = host.start(command[0]!, command.slice(1));
  await server.listening(PORT);
  return server;
}

/** The requests that tshark decrypts in a file, with what it is told. */
function requests(file: string, ...options: string[]): string[] {
  const fields = ["-Y", "http.request", "-T", "fields", "-e", "http.request.uri"];
  const output = execFileSync("tshark", ["-r", file, ...options, ...fields], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  return output
    .split("\n")
    .filter(Boolean)
    .map((line) => line.trim());
}

for (const [name, commandOf] of Object.entries(CLIENTS))
  for (const version of VERSIONS)
    test(`a command: ${name}, TLS ${version}`, async (t) => {
      const place = scene(t);
      const command = place && commandOf(t, place, version);
      if (!place || !command) return;
      const { host, path } = place;
      await serve(host, SERVERS["openssl"]!(t, place)!);
      const [file, log] = [path("x.pcapng"), path("keys")];
      const options = ["-i", "lo", "-w", file, "--write-keylog-file", log, "--embed-keylog-to-pcapng"];
      const { status, stderr } = await host.run(PTCPDUMP, ...options, "--", ...command);
      assert.equal(status, 0, stderr);
      assert.deepEqual(requests(file), ["/hello"], stderr);
      // the same packets without the secrets in the file
      execFileSync(PTCPDUMP, ["-r", file, "-w", path("bare.pcap")], { stdio: "pipe" });
      assert.deepEqual(requests(path("bare.pcap")), []);
      assert.deepEqual(requests(path("bare.pcap"), "-o", `tls.keylog_file:${log}`), ["/hello"]);
    });

for (const [name, commandOf] of Object.entries(SERVERS))
  test(`a server that runs already: ${name}`, async (t) => {
    const place = scene(t);
    const command = place && commandOf(t, place);
    if (!place || !command) return;
    const { host, path } = place;
    const server = await serve(host, command);
    const file = path("x.pcapng");
    const whose = ["--pid", String(server.pid)];
    const capture = await host.ptcpdump("-i", "lo", "-w", file, "--embed-keylog-to-pcapng", ...whose);
    for (const version of VERSIONS)
      await host.ok("curl", "-sk", "--http1.1", "--tls-max", version, `${URL}${version}`, "-o", path("body"));
    const { stderr } = await capture.stop();
    assert.deepEqual(
      requests(file),
      VERSIONS.map((version) => `/hello${version}`),
      stderr,
    );
  });

test("a program that carries its library along is served from its first moment, in a shell too", async (t) => {
  const place = scene(t);
  const command = place && CLIENTS["go-stripped"]!(t, place, "1.3");
  if (!place || !command) return;
  const { host, path } = place;
  await serve(host, SERVERS["openssl"]!(t, place)!);
  writeFileSync(path("script"), `#!/bin/sh\n${command.join(" ")}\ntrue\n`, { mode: 0o755 });
  for (const words of [["sh", "-c", `${command.join(" ")}; true`], [path("script")]]) {
    const file = path("x.pcapng");
    const { stderr } = await host.run(
      PTCPDUMP,
      "-i",
      "lo",
      "-w",
      file,
      "--embed-keylog-to-pcapng",
      "--",
      ...words,
    );
    assert.deepEqual(requests(file), ["/hello"], stderr);
  }
});

test("what curl logs itself is what is found", async (t) => {
  const place = scene(t);
  if (!place) return;
  const { host, path } = place;
  await serve(host, SERVERS["openssl"]!(t, place)!);
  for (const version of VERSIONS) {
    const [log, own] = [path(`keys${version}`), path(`own${version}`)];
    const options = ["-i", "lo", "-w", path("x.pcapng"), "--write-keylog-file", log];
    const command = ["env", `SSLKEYLOGFILE=${own}`, ...CLIENTS["curl"]!(t, place, version)!];
    const { status, stderr } = await host.run(PTCPDUMP, ...options, "--", ...command);
    assert.equal(status, 0, stderr);
    const lines = (name: string) => readFileSync(name, "latin1").trim().split("\n").sort();
    assert.deepEqual(lines(log), lines(own));
    assert.equal(execFileSync("stat", ["-c", "%a", log], { encoding: "utf8" }).trim(), "600");
  }
});

const RESUMING_CLIENT = `
import socket, ssl, sys
for version, ciphers in ((ssl.TLSVersion.TLSv1_2, "ECDHE-RSA-AES256-SHA"), (ssl.TLSVersion.TLSv1_3, "ALL")):
    context = ssl._create_unverified_context()
    context.minimum_version = context.maximum_version = version
    context.set_ciphers(ciphers)
    context.keylog_filename = sys.argv[2]
    session = None
    for _ in range(3):
        with context.wrap_socket(socket.create_connection(("127.0.0.1", int(sys.argv[1]))), session=session) as client:
            client.send(b"GET /hello HTTP/1.0\\r\\n\\r\\n")
            client.recv(1000)
            session = client.session
            print(client.session_reused)
`;

test("what clients log themselves is what is found in an NSS server, resumed sessions included", async (t) => {
  const place = scene(t);
  const command = place && SERVERS["nss"]!(t, place);
  if (!place || !command) return;
  const { host, path } = place;
  const server = await serve(host, command);
  const [log, own] = [path("keys"), path("own")];
  const whose = ["--pid", String(server.pid), "--write-keylog-file", log];
  const capture = await host.ptcpdump("-i", "lo", "-w", path("x.pcapng"), ...whose);
  const said = await host.ok("python3", "-c", RESUMING_CLIENT, String(PORT), own);
  const { stderr } = await capture.stop();
  assert.ok(said.includes("True"), "no session was resumed");
  const lines = (name: string) =>
    readFileSync(name, "latin1")
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"))
      .sort();
  assert.deepEqual(lines(log), lines(own), stderr);
});

test("it is told of an NSS that is built otherwise, where it runs", async (t) => {
  const place = scene(t);
  const command = place && SERVERS["nss"]!(t, place);
  if (!place || !command) return;
  const { host, path } = place;
  const linked = execFileSync("sh", ["-c", 'ldd "$(command -v selfserv)"'], { encoding: "utf8" });
  const library = /libssl3\.so => (\S+)/.exec(linked)![1]!;
  // without its labels: only they tell of the function
  const bytes = readFileSync(library);
  for (let at = bytes.indexOf("_SECRET"); at >= 0; at = bytes.indexOf("_SECRET", at))
    bytes.write("_secret", at);
  writeFileSync(path("libssl3.so"), bytes);
  const other = await serve(host, ["env", `LD_LIBRARY_PATH=${place.folder}`, ...command]);
  const complaint =
    /^ptcpdump: .*libssl3\.so: no TLS secrets from this NSS: the function that is told its secrets was/gm;
  for (const [pid, times] of [
    [other.pid, 1],
    [process.pid, 0],
  ] as const) {
    const whose = ["--pid", String(pid), "--write-keylog-file", path("keys")];
    const capture = await host.ptcpdump("-i", "lo", "-w", path("x.pcapng"), ...whose);
    await capture.stop();
    assert.equal(capture.stderr.match(complaint)?.length ?? 0, times, capture.stderr);
  }
});

test("it is told once where another token than NSS's own has the secrets", async (t) => {
  const place = scene(t);
  const command = place && SERVERS["nss"]!(t, place);
  if (!place || !command) return;
  const { host, path } = place;
  const linked = execFileSync("sh", ["-c", 'ldd "$(command -v selfserv)"'], { encoding: "utf8" });
  const library = /libnss3\.so => (\S+)/.exec(linked)![1]!;
  copyFileSync(library, path(basename(library)));
  // one that the loader takes, but nobody can look into: it has no section headers
  const token = readFileSync(join(dirname(library), "libsoftokn3.so"));
  token.writeBigUInt64LE(0n, 40);
  writeFileSync(path("libsoftokn3.so"), token);
  const server = await serve(host, ["env", `LD_LIBRARY_PATH=${place.folder}`, ...command]);
  const whose = ["--pid", String(server.pid), "--write-keylog-file", path("keys")];
  const capture = await host.ptcpdump("-i", "lo", "-w", path("x.pcapng"), ...whose);
  for (const version of VERSIONS) await host.ok("curl", "-sk", "--tls-max", version, URL, "-o", path("body"));
  const { stderr } = await capture.stop();
  assert.equal(stderr.match(/^ptcpdump: selfserv\.\d+: a TLS secret is missing: /gm)?.length, 1, stderr);
  assert.equal(readFileSync(path("keys"), "latin1"), "");
});

/** The host that tealdeer, which has rustls in it, asks for its pages. */
const TLDR_HOST = "tldr.sh";

/**
 * A server that speaks only this version, and a capture around tealdeer's request to it. It knows the server by another
 * /etc/hosts, and trusts it by an authority of the scene's; null (and the test is skipped) where tealdeer is missing.
 */
async function tealdeer(t: TestContext, { host, path }: Scene, version: Version): Promise<string | null> {
  if (!has(t, "tldr")) return null;
  const openssl = (...args: string[]) => execFileSync("openssl", args, { stdio: "pipe" });
  const [request, leaf, names] = [path("leaf.csr"), path("leaf.pem"), path("names")];
  openssl(
    ...["req", "-newkey", "rsa:2048", "-nodes", "-keyout", path("leaf.key")],
    "-out",
    request,
    "-subj",
    "/CN=x",
  );
  writeFileSync(names, `subjectAltName=DNS:${TLDR_HOST}\nbasicConstraints=CA:FALSE\n`);
  const authority = ["-CA", path("cert.pem"), "-CAkey", path("key.pem"), "-CAcreateserial"];
  openssl("x509", "-req", "-in", request, ...authority, "-extfile", names, "-days", "2", "-out", leaf);
  writeFileSync(path("hosts"), `127.0.0.1 ${TLDR_HOST}\n`);
  const only = version === "1.2" ? "-tls1_2" : "-tls1_3";
  const server = ["s_server", "-www", only, "-accept", "443", "-cert", leaf, "-key", path("leaf.key")];
  await host.start("openssl", server).listening(443);
  const environment = [
    `SSL_CERT_FILE=${path("cert.pem")}`,
    `TEALDEER_CACHE_DIR=${path(".")}`,
    "tldr",
    "--update",
  ];
  const capture = [PTCPDUMP, "-i", "lo", "-w", path("x.pcapng"), "--embed-keylog-to-pcapng", "--"];
  const named = `mount --bind ${path("hosts")} /etc/hosts; exec "$@"`;
  const command = ["sh", "-c", named, "sh", ...capture, "env", ...environment];
  return (await host.run("unshare", "--mount", ...command)).stderr;
}

test("a command: rustls, TLS 1.2", async (t) => {
  const place = scene(t);
  const stderr = place && (await tealdeer(t, place, "1.2"));
  if (!place || stderr === null) return;
  assert.deepEqual(requests(place.path("x.pcapng")), ["/assets/tldr.zip"], stderr);
  assert.doesNotMatch(stderr, /secret/);
});

test("it is told once where a program has told rustls to log no secrets", async (t) => {
  const place = scene(t);
  const stderr = place && (await tealdeer(t, place, "1.3"));
  if (!place || stderr === null) return;
  assert.equal(stderr.match(/^ptcpdump: tldr\.\d+: a TLS secret is missing: .*rustls/gm)?.length, 1, stderr);
});

test("only the secrets of those who were chosen are written, or everybody's", async (t) => {
  const place = scene(t);
  if (!place) return;
  const { host, path } = place;
  const server = await serve(host, SERVERS["openssl"]!(t, place)!);
  const curl = () => host.ok("curl", "-sk", URL, "-o", path("body"));
  const captured = async (...whose: string[]) => {
    const log = path("keys");
    writeFileSync(log, "");
    const capture = await host.ptcpdump(
      "-i",
      "lo",
      "-w",
      path("x.pcapng"),
      "--write-keylog-file",
      log,
      ...whose,
    );
    await curl();
    await capture.stop();
    return readFileSync(log, "latin1").split("\n").filter(Boolean).length;
  };
  // curl and the server each have the same five secrets; those of two are not told twice
  assert.equal(await captured("--pid", String(process.pid)), 0);
  assert.equal(await captured("--pname", "wget"), 0);
  assert.equal(await captured("--pname", "curl"), 5);
  assert.equal(await captured("--pid", String(server.pid)), 5);
  assert.equal(await captured("--tls-keylog=any"), 5);
});

test("children from before the start are served with their parent, where forks are followed", async (t) => {
  const place = scene(t);
  if (!place) return;
  const { host, path } = place;
  const words = SERVERS["openssl"]!(t, place)!.join(" ");
  const shell = await serve(host, ["sh", "-c", `${words}; true`]);
  const log = path("keys");
  for (const [follow, lines] of [
    [[], 0],
    [["-f"], 5],
  ] as const) {
    const whose = ["--pid", String(shell.pid), ...follow, "--write-keylog-file", log];
    const capture = await host.ptcpdump("-i", "lo", "-w", path("x.pcapng"), ...whose);
    await host.ok("curl", "-sk", URL, "-o", path("body"));
    await capture.stop();
    assert.equal(readFileSync(log, "latin1").split("\n").filter(Boolean).length, lines);
  }
});

test("it is told where a program has no TLS library that is known", async (t) => {
  const place = scene(t);
  if (!place) return;
  const { host, path } = place;
  const sleeper = host.start("sleep", ["60"]);
  const whose = ["--pid", String(sleeper.pid), "--write-keylog-file", path("keys")];
  const capture = await host.ptcpdump("-i", "lo", "-w", path("x.pcapng"), ...whose);
  await capture.stop();
  assert.match(
    capture.stderr,
    /^ptcpdump: sleep\.\d+: no TLS secrets from it: no TLS library that is known/m,
  );
  assert.ok(existsSync(path("keys")));
});

test("every file of a rotation has the secrets", async (t) => {
  const place = scene(t);
  if (!place) return;
  const { host, path } = place;
  const server = await serve(host, SERVERS["openssl"]!(t, place)!);
  const whose = ["--pid", String(server.pid), "--embed-keylog-to-pcapng"];
  const capture = await host.ptcpdump("-i", "lo", "-w", path("x"), "-C", "2k", "-W", "3", "-U", ...whose);
  await host.ok("curl", "-sk", "--http1.1", URL, "-o", path("body"));
  await capture.stop();
  for (const name of ["x0", "x1", "x2"].filter((file) => existsSync(path(file)))) {
    const secrets = readFileSync(path(name)).includes("SERVER_TRAFFIC_SECRET_0");
    if (existsSync(path("x1"))) assert.ok(secrets || name === "x0", `${name} has no secrets`);
  }
});

test("a library of a program's own, deleted since", async (t) => {
  const place = scene(t);
  if (!place) return;
  const { host, path } = place;
  const linked = execFileSync("sh", ["-c", 'ldd "$(command -v openssl)"'], { encoding: "utf8" });
  const library = /libssl\S* => (\S+)/.exec(linked)?.[1];
  if (library === undefined) {
    t.skip("openssl has no shared libssl");
    return;
  }
  copyFileSync(library, path(basename(library)));
  const server = await serve(host, [
    "env",
    `LD_LIBRARY_PATH=${place.folder}`,
    ...SERVERS["openssl"]!(t, place)!,
  ]);
  rmSync(path(basename(library)));
  const file = path("x.pcapng");
  const whose = ["--pid", String(server.pid), "--embed-keylog-to-pcapng"];
  const capture = await host.ptcpdump("-i", "lo", "-w", file, ...whose);
  await host.ok("curl", "-sk", "--http1.1", URL, "-o", path("body"));
  const { stderr } = await capture.stop();
  assert.deepEqual(requests(file), ["/hello"], stderr);
});
