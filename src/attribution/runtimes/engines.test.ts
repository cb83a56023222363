// Engines' clients against servers that are made up: good ones, slow ones, and ones that talk nonsense.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener, type ServerResponse } from "node:http";
import { createServer as createSocketServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import {
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceDefinition,
  type sendUnaryData,
  type UntypedHandleCall,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import type { EngineAddresses } from "../../model/settings.ts";
import { type ContainerDetails, Containers } from "../containers.ts";
import { openDocker } from "./docker.ts";
import { Engines } from "./engines.ts";
import { encode, Message, type Sent } from "./protobuf.ts";

const id = (n: number): string => n.toString(16).padStart(64, "0");

/** A socket's path in a folder of the test's own, and the server that listens there until the test ends. */
async function listen(t: TestContext, server: ReturnType<typeof createSocketServer>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "ptcpdump-engine-"));
  const path = join(folder, "engine.sock");
  const sockets = new Set<{ destroy(): void }>();
  server.on("connection", (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => {
    server.listen(path, resolve);
  });
  t.after(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => {
      server.close(resolve);
    });
    rmSync(folder, { recursive: true });
  });
  return path;
}

interface Engine {
  path: string;
  /** Sends an event to all who listen. */
  emit(action: string, id: string, attributes?: Record<string, string>): void;
  /** Requests that came. */
  requests: string[];
}

/** A Docker Engine that knows these containers. */
async function docker(
  t: TestContext,
  containers: Map<string, { name: string; pid: number; settings?: unknown; ports?: unknown }>,
): Promise<Engine> {
  const listeners = new Set<ServerResponse>();
  const requests: string[] = [];
  const answer: RequestListener = (request, response) => {
    const url = request.url ?? "";
    requests.push(url);
    if (url.startsWith("/events")) {
      listeners.add(response);
      response.writeHead(200, { "content-type": "application/json" }).flushHeaders();
      return;
    }
    const one = /^\/containers\/([^/]+)\/json$/.exec(url)?.[1];
    const found = one === undefined ? undefined : containers.get(one);
    if (one !== undefined) {
      response.statusCode = found ? 200 : 404;
      response.end(
        JSON.stringify({
          Id: one,
          Name: `/${found?.name}`,
          Config: { Image: "shop:1", Labels: { app: "shop" } },
          State: { Pid: found?.pid, Running: true },
          NetworkSettings: found?.settings,
        }),
      );
      return;
    }
    response.end(
      JSON.stringify(
        [...containers].map(([Id, { name, ports: Ports }]) => ({
          Id,
          Ports,
          Names: [`/other/alias`, `/${name}`],
          Image: "shop:1",
          Labels: { app: "shop" },
          State: "running",
        })),
      ),
    );
  };
  const path = await listen(t, createServer(answer));
  return {
    path,
    requests,
    emit: (Action, ID, Attributes = {}) => {
      for (const listener of listeners)
        listener.write(`${JSON.stringify({ Type: "container", Action, Actor: { ID, Attributes } })}\n`);
    },
  };
}

/** A table of containers, engines found at the address, and what they warn of. */
function setUp(t: TestContext, given: string | null | Partial<EngineAddresses>, needed = false) {
  const addresses = typeof given === "string" ? { docker: given } : given;
  const containers = new Containers(
    { mntns: 1, pidns: 2, netns: 3 },
    () => null,
    { ids: [], names: [], pods: [] },
    { container: () => {}, namespace: () => {}, cgroup: () => {} },
  );
  const warnings: string[] = [];
  const engines = new Engines(containers, {
    addresses: { docker: null, containerd: null, cri: null, ...addresses },
    needed,
    warn: (line) => warnings.push(line),
    debug: () => {},
  });
  t.after(() => engines.close());
  return { containers, engines, warnings };
}

/** What is known of a container. */
function known(containers: Containers, of: string) {
  return containers.named(of);
}

async function until(what: string, condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!condition()) {
    assert.ok(Date.now() < deadline, `waited for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

test("Docker: the list, and what happens afterwards", async (t) => {
  const running = new Map([[id(1), { name: "web", pid: 0 }]]);
  const engine = await docker(t, running);
  const { containers, engines, warnings } = setUp(t, `unix://${engine.path}`);
  await engines.start();
  assert.deepEqual(engines.known, [`Docker (${engine.path})`]);
  assert.deepEqual(known(containers, id(1)), {
    id: id(1),
    name: "web",
    image: "shop:1",
    labels: { app: "shop" },
  });

  await until("the subscription", () => engine.requests.some((url) => url.startsWith("/events")));
  engine.emit("create", id(2), { name: "db", image: "db:2", tier: "back" });
  await until("the new container", () => known(containers, id(2)) !== null);
  assert.deepEqual(known(containers, id(2)), {
    id: id(2),
    name: "db",
    image: "db:2",
    labels: { tier: "back" },
  });

  running.set(id(3), { name: "late", pid: 77 });
  engine.emit("start", id(3), { name: "late", image: "shop:1", app: "shop", name2: "x" });
  await until(
    "its exact labels",
    () => known(containers, id(3))?.labels["name2"] === undefined && known(containers, id(3)) !== null,
  );
  // an engine that tells of a new name also answers with it
  running.set(id(1), { name: "web2", pid: 0 });
  engine.emit("rename", id(1), { name: "web2", oldName: "/web", image: "shop:1" });
  await until("the new name", () => known(containers, id(1))?.name === "web2");
  engine.emit("exec_start: /bin/sh", id(1));
  engine.emit("die", id(1), { exitCode: "0" });
  assert.deepEqual(warnings, []);
});

test("Docker: published ports are known with the list, nonsense among them is none", async (t) => {
  const nonsense = { Ports: { "80/tcp": null, "81": [{}], x: 3 }, Networks: 7 };
  const engine = await docker(
    t,
    new Map([
      [id(1), { name: "plain", pid: 5, ports: [{ PrivatePort: 80, Type: "tcp" }] }],
      [
        id(2),
        {
          name: "web",
          pid: 6,
          ports: [{ IP: "0.0.0.0", PrivatePort: 80, PublicPort: 8080, Type: "tcp" }],
          settings: {
            Ports: {
              "80/tcp": [
                { HostIp: "0.0.0.0", HostPort: "8080" },
                { HostIp: "::", HostPort: "8080" },
              ],
              "53/udp": [{ HostIp: "192.0.2.1", HostPort: "5353" }],
              "443/tcp": null,
            },
            Networks: { bridge: { IPAddress: "172.17.0.2", GlobalIPv6Address: "" }, b: { IPAddress: "" } },
          },
        },
      ],
      [id(3), { name: "odd", pid: 7, ports: [{ PublicPort: 1 }, null, 4], settings: nonsense }],
    ]),
  );
  const told = new Map<string, ContainerDetails>();
  const runtime = openDocker(engine.path);
  t.after(() => runtime.close());
  await runtime.start({ put: (details) => told.set(details.id, details), end: () => {} }).listed;
  assert.equal(told.get(id(1))?.published, undefined);
  const port = { protocol: "tcp", hostPort: 8080, addresses: ["172.17.0.2"], port: 80 };
  assert.deepEqual(told.get(id(2))?.published, [
    { ...port, hostAddress: "0.0.0.0" },
    { ...port, hostAddress: "::" },
    { protocol: "udp", hostAddress: "192.0.2.1", hostPort: 5353, addresses: ["172.17.0.2"], port: 53 },
  ]);
  assert.equal(told.get(id(2))?.pid, 6);
  assert.deepEqual(told.get(id(3))?.published, []);
});

test("no engine: nothing is waited for, nothing is said", async (t) => {
  const { engines, warnings } = setUp(t, null);
  const before = performance.now();
  await engines.start();
  assert.ok(performance.now() - before < 50);
  assert.deepEqual(warnings, []);
});

test("an address without socket is told of", async (t) => {
  const { engines, warnings } = setUp(t, "/nonexistent/docker.sock");
  await engines.start();
  assert.deepEqual(warnings, ["--docker-address /nonexistent/docker.sock: no socket there"]);
});

test("an engine that hangs holds the start up for a second, and is told of in one line", async (t) => {
  const path = await listen(t, createSocketServer());
  const { engines, warnings } = setUp(t, path);
  const before = performance.now();
  await engines.start();
  const took = performance.now() - before;
  assert.ok(took > 900 && took < 3000, `${took} ms`);
  assert.deepEqual(warnings, [
    `Docker (${path}) does not answer: its containers are shown by their ids until it does`,
  ]);
  assert.deepEqual(engines.known, []);
  assert.deepEqual(engines.silent, [`Docker (${path})`]);
});

const GARBAGE: [what: string, answer: RequestListener, message: RegExp][] = [
  ["not JSON", (_, response) => response.end("<html>"), /not JSON/],
  ["an object for a list", (_, response) => response.end("{}"), /unexpected answer/],
  ["an error", (_, response) => response.writeHead(500).end('{"message":"no"}'), /unexpected answer.*500/],
  ["null", (_, response) => response.end("null"), /unexpected answer/],
  ["a cut connection", (request) => request.socket.destroy(), /hang up|closed|aborted|reset/i],
];

test("engines that talk nonsense are told of in one line each", async (t) => {
  for (const [what, answer, message] of GARBAGE)
    await t.test(what, async (t) => {
      const path = await listen(t, createServer(answer));
      const { engines, warnings } = setUp(t, path);
      await engines.start();
      assert.equal(warnings.length, 1, warnings.join("\n"));
      assert.match(warnings[0]!, message);
      assert.match(warnings[0]!, /^Docker \(.*engine\.sock\): /);
    });
});

test("lists and events of wrong types do no harm", async (t) => {
  const odd = [
    null,
    7,
    [],
    {},
    { Id: 5 },
    { Id: id(4), Names: "x", Labels: [1], Image: {} },
    { Id: id(5), Names: [7] },
  ];
  const path = await listen(
    t,
    createServer((request, response) => {
      if (!request.url?.startsWith("/events")) response.end(JSON.stringify(odd));
      else
        response.write(
          `null\n7\n{"Action":3}\n\n{"Action":"create","Actor":{"ID":"${id(6)}","Attributes":4}}\n`,
        );
    }),
  );
  const { containers, engines, warnings } = setUp(t, path);
  await engines.start();
  await until("the event", () => known(containers, id(6)) !== null);
  assert.equal(known(containers, id(4))?.name, "");
  assert.deepEqual(warnings, []);
});

test("an engine that goes away is told of, and found again when it is back", async (t) => {
  const running = new Map([[id(1), { name: "web", pid: 0 }]]);
  const sockets = new Set<{ destroy(): void }>();
  let requests = 0;
  const server = createServer((request, response) => {
    requests++;
    if (request.url?.startsWith("/events")) response.flushHeaders();
    else response.end(JSON.stringify([...running].map(([Id, { name }]) => ({ Id, Names: [`/${name}`] }))));
  });
  server.on("connection", (socket) => sockets.add(socket));
  const path = await listen(t, server);
  const { containers, engines, warnings } = setUp(t, path);
  await engines.start();
  await until("both requests", () => requests === 2);
  running.set(id(2), { name: "new", pid: 0 });
  for (const socket of sockets) socket.destroy();
  await until("the new container", () => known(containers, id(2)) !== null);
  assert.equal(warnings.length, 1);
  assert.match(warnings[0]!, /containers that start now are shown by their ids/);
});

test("a file that is no socket, and a socket without engine", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "ptcpdump-engine-"));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "file"), "");
  const { engines, warnings } = setUp(t, join(folder, "file"));
  await engines.start();
  assert.deepEqual(warnings, [`--docker-address ${join(folder, "file")}: no socket there`]);
});

test("500 containers", async (t) => {
  const running = new Map(
    Array.from({ length: 500 }, (_, i) => [id(i + 1), { name: `c${i}`, pid: 0 }] as const),
  );
  const engine = await docker(t, running);
  const { containers, engines } = setUp(t, engine.path);
  const before = performance.now();
  await engines.start();
  assert.ok(performance.now() - before < 900);
  assert.equal(known(containers, id(500))?.name, "c499");
});

const UID = "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9";
type Fields = readonly (readonly [number, Sent])[];
const map = (number: number, entries: Record<string, string>): Fields =>
  Object.entries(entries).map(([key, value]) => [
    number,
    [
      [1, key],
      [2, value],
    ],
  ]);

/** Answers a call; a stream is answered by what it writes. */
type Unary = (request: Message, namespace: string) => Fields;
type Stream = (write: (fields: Fields) => void, namespace: string) => void;

/** A gRPC server: methods "/package.Service/Method" that answer once, and ones that answer by a stream. */
async function grpcServer(t: TestContext, unary: Record<string, Unary>, streams: Record<string, Stream>) {
  const folder = mkdtempSync(join(tmpdir(), "ptcpdump-engine-"));
  const path = join(folder, "engine.sock");
  const server = new Server();
  const definition = (method: string, responseStream: boolean) => ({
    path: method,
    requestStream: false,
    responseStream,
    requestSerialize: encode,
    requestDeserialize: (bytes: Buffer) => new Message(bytes),
    responseSerialize: encode,
    responseDeserialize: (bytes: Buffer) => bytes,
  });
  const namespaceOf = (call: { metadata: { get(key: string): unknown[] } }) =>
    String(call.metadata.get("containerd-namespace")[0] ?? "");
  const methods: Record<string, ReturnType<typeof definition>> = {};
  const handlers: UntypedServiceImplementation = {};
  for (const [method, answer] of Object.entries(unary)) {
    methods[method] = definition(method, false);
    handlers[method] = ((call: ServerUnaryCall<Message, Fields>, reply: sendUnaryData<Fields>) => {
      try {
        reply(null, answer(call.request, namespaceOf(call)));
      } catch (error) {
        reply(error as Error & { code: number });
      }
    }) as UntypedHandleCall;
  }
  for (const [method, answer] of Object.entries(streams)) {
    methods[method] = definition(method, true);
    handlers[method] = ((call: ServerWritableStream<Message, Fields>) => {
      answer((fields) => {
        if (fields.length > 0) call.write(fields);
        else call.end();
      }, namespaceOf(call));
    }) as UntypedHandleCall;
  }
  server.addService(methods as ServiceDefinition, handlers);
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(`unix:${path}`, ServerCredentials.createInsecure(), (error) =>
      error ? reject(error) : resolve(),
    );
  });
  t.after(() => {
    server.forceShutdown();
    rmSync(folder, { recursive: true });
  });
  return path;
}

const notFound = Object.assign(new Error("not found"), { code: 5 });

test("containerd: every namespace, ids that people chose, events", async (t) => {
  const containers: Record<string, Map<string, Fields>> = { default: new Map(), "k8s.io": new Map() };
  const put = (namespace: string, containerId: string, labels: Record<string, string>, cgroupsPath: string) =>
    containers[namespace]!.set(containerId, [
      [1, containerId],
      ...map(2, labels),
      [3, "docker.io/library/bb:1"],
      [
        5,
        [
          [1, "types.containerd.io/spec"],
          [2, JSON.stringify({ linux: { cgroupsPath } })],
        ],
      ],
    ]);
  put("default", "web", {}, "/default/web");
  put("k8s.io", id(1), { "io.kubernetes.container.name": "app" }, "");
  let emit: (fields: Fields) => void = () => {};
  const path = await grpcServer(
    t,
    {
      "/containerd.services.namespaces.v1.Namespaces/List": () =>
        Object.keys(containers).map((name) => [1, [[1, name]]]),
      "/containerd.services.tasks.v1.Tasks/List": (_, namespace) =>
        [...containers[namespace]!.keys()].map((task) => [
          1,
          [
            [2, task],
            [3, 4711],
            [4, 2],
          ],
        ]),
      "/containerd.services.containers.v1.Containers/Get": (request, namespace) => {
        const found = containers[namespace]?.get(request.text(1));
        if (!found) throw notFound;
        return [[1, found]];
      },
      "/containerd.services.tasks.v1.Tasks/Get": () => {
        throw notFound;
      },
    },
    {
      "/containerd.services.containers.v1.Containers/ListStream": (write, namespace) => {
        for (const fields of containers[namespace]!.values()) write([[1, fields]]);
        write([]);
      },
      "/containerd.services.events.v1.Events/Subscribe": (write) => {
        emit = write;
      },
    },
  );
  const { containers: table, engines, warnings } = setUp(t, { containerd: path });
  await engines.start();
  assert.deepEqual(known(table, "web"), {
    id: "web",
    name: "web",
    image: "docker.io/library/bb:1",
    labels: {},
  });
  assert.equal(known(table, id(1))?.name, "app");
  put("default", "job", {}, "/default/job");
  emit([
    [2, "default"],
    [3, "/containers/create"],
    [
      4,
      [
        [1, "type"],
        [2, [[1, "job"]]],
      ],
    ],
  ]);
  await until("the new container", () => known(table, "job") !== null);
  emit([
    [2, "default"],
    [3, "/tasks/exit"],
    [
      4,
      [
        [1, "type"],
        [
          2,
          [
            [1, "job"],
            [2, "job"],
          ],
        ],
      ],
    ],
  ]);
  emit([
    [2, "new"],
    [3, "/containers/create"],
    [
      4,
      [
        [1, "type"],
        [2, [[1, "gone"]]],
      ],
    ],
  ]);
  emit([[7, "nonsense"]]);
  assert.deepEqual(warnings, []);
});

/** The methods of CRI in the version given. */
function criMethods(version: string, pods: Fields[], containers: Fields[]): Record<string, Unary> {
  const service = `/${version}.RuntimeService`;
  return {
    [`${service}/Version`]: () => [[2, "test"]],
    [`${service}/ListPodSandbox`]: () => pods.map((pod) => [1, pod]),
    [`${service}/ListContainers`]: () => containers.map((container) => [1, container]),
    [`${service}/ContainerStatus`]: () => map(2, { info: '{"pid":4711}' }),
  };
}

for (const version of ["runtime.v1", "runtime.v1alpha2"])
  test(`CRI, ${version}: containers with their pods, and those that come`, async (t) => {
    const pods: Fields[] = [
      [
        [1, id(1)],
        [
          2,
          [
            [1, "web-0"],
            [2, UID],
            [3, "shop"],
          ],
        ],
        ...map(5, { app: "web" }),
        ...map(6, { note: "blue" }),
      ],
    ];
    const container = (n: number, name: string): Fields => [
      [1, id(n)],
      [2, id(1)],
      [3, [[1, name]]],
      [4, [[1, "bb:1"]]],
      [6, 1],
      ...map(8, { tier: name }),
    ];
    const containers = [container(2, "app")];
    let emit: (fields: Fields) => void = () => {};
    const path = await grpcServer(t, criMethods(version, pods, containers), {
      [`/${version}.RuntimeService/GetContainerEvents`]: (write) => {
        emit = write;
      },
    });
    const { containers: table, engines, warnings } = setUp(t, { cri: path });
    await engines.start();
    assert.deepEqual(known(table, id(2)), { id: id(2), name: "app", image: "bb:1", labels: { tier: "app" } });
    assert.deepEqual(table.podOf(id(2)), {
      name: "web-0",
      namespace: "shop",
      uid: UID,
      labels: { app: "web" },
      annotations: { note: "blue" },
    });
    assert.equal(known(table, id(1)), null, "the sandbox is the pod, not a container");
    containers.push(container(3, "side"));
    emit([
      [1, id(3)],
      [2, 0],
    ]);
    await until("the new container", () => known(table, id(3)) !== null);
    assert.equal(table.podOf(id(3))?.name, "web-0");
    emit([
      [1, id(3)],
      [2, 2],
    ]);
    assert.deepEqual(warnings, []);
  });

test("CRI without events is asked again and again", async (t) => {
  const containers: Fields[] = [];
  const path = await grpcServer(t, criMethods("runtime.v1", [], containers), {});
  const { containers: table, engines, warnings } = setUp(t, { cri: path });
  await engines.start();
  containers.push([
    [1, id(2)],
    [3, [[1, "late"]]],
  ]);
  await until("the new container", () => known(table, id(2))?.name === "late");
  assert.deepEqual(warnings, []);
});

test("a socket of something else is told of", async (t) => {
  const path = await grpcServer(t, { "/other.Service/Method": () => [] }, {});
  const { engines, warnings } = setUp(t, { cri: path });
  await engines.start();
  assert.deepEqual(warnings, [`CRI (${path}): no container runtime interface of Kubernetes`]);
  const web = await listen(
    t,
    createServer((_, response) => response.end("no")),
  );
  const second = setUp(t, { containerd: web });
  await second.engines.start();
  assert.equal(second.warnings.length, 1, second.warnings.join("\n"));
});
