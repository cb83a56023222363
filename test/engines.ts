// Container engines of their own for the tests: Debian's containerd and Docker Engine, started in a network namespace
// and with mounts that nobody else has, and the certainty that nothing of it is left afterwards: no container, no
// daemon, no cgroup, no folder, and on the host no forwarding, rule or bridge.
import { execFileSync } from "node:child_process";
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { Connection } from "../src/attribution/runtimes/grpc.ts";
import { type Host, type Program, privileged, until } from "./netns.ts";

const ROOT = join(import.meta.dirname, "..");
/** The programs that make up the engines, and where their packages put them. */
const PROGRAMS = ["containerd", "ctr", "dockerd", "docker-proxy", "runc", "busybox", "iptables"];
const CNI = "/usr/lib/cni";
const PREFIX = "ptcpdump-engines-";
/** The only image: its command holds a pod, /usr is the machine's own. */
const IMAGE = "localhost/box:1";

/** The image's name, and the addresses of Docker's bridge. */
export const DOCKER = { image: IMAGE, bridge: "docker0", ip4: "172.29.0.1" } as const;

function pathOf(program: string): string | null {
  const folders = [...(process.env["PATH"] ?? "").split(":"), "/usr/local/sbin", "/usr/sbin", "/sbin"];
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path)) ?? null;
}

/** True where engines can be started. Else the test is skipped with a line; under CI it fails. */
export function hasEngines(t: TestContext): boolean {
  if (!privileged(t)) return false;
  const missing = PROGRAMS.filter((program) => pathOf(program) === null);
  if (!existsSync(join(CNI, "bridge"))) missing.push("containernetworking-plugins");
  if (missing.length === 0) return true;
  const line = `needs container engines, and these are missing: ${missing.join(" ")}`;
  if (process.env["CI"]) throw new Error(line);
  t.skip(line);
  return false;
}

/** Pids of all processes that the predicate chooses by their folder in /proc. */
function processes(chosen: (folder: string) => boolean): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return chosen(`/proc/${name}`);
      } catch {
        return false; // it ended meanwhile
      }
    })
    .map(Number);
}

/** Where cgroups are mounted: every hierarchy. */
function hierarchies(): string[] {
  return readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .map((line) => line.split(" "))
    .filter(([, , type]) => type === "cgroup" || type === "cgroup2")
    .map(([, path]) => path!);
}

function removeCgroup(path: string): void {
  if (!existsSync(path)) return;
  for (const entry of readdirSync(path, { withFileTypes: true }))
    if (entry.isDirectory()) removeCgroup(join(path, entry.name));
  rmdirSync(path);
}

/** Ends all processes of a place, and removes its cgroups, mounts and folder. */
function clear(name: string): void {
  const folder = join(tmpdir(), name);
  const belongs = (path: string): boolean =>
    readFileSync(`${path}/cmdline`, "latin1").includes(`${folder}/`) ||
    readFileSync(`${path}/cgroup`, "utf8").includes(`/${name}/`);
  const gone = new Int32Array(new SharedArrayBuffer(4));
  const deadline = Date.now() + 20_000;
  for (;;) {
    const left = processes(belongs).filter((pid) => pid !== process.pid);
    for (const pid of left)
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It has ended by itself meanwhile.
      }
    try {
      for (const hierarchy of hierarchies()) removeCgroup(join(hierarchy, name));
      if (left.length === 0) break;
    } catch (error) {
      // a cgroup is busy until its last process is gone
      if (Date.now() > deadline) throw error;
    }
    if (Date.now() > deadline) throw new Error(`processes ${left.join(" ")} do not end`);
    Atomics.wait(gone, 0, 0, 10);
  }
  rmSync(folder, { recursive: true, force: true });
}

/** What killed test runs left: the names tell their pids. */
function sweep(): void {
  const places = [tmpdir(), ...hierarchies()].flatMap((folder) => readdirSync(folder));
  for (const name of new Set(places)) {
    if (!name.startsWith(PREFIX)) continue;
    if (!existsSync(`/proc/${name.slice(PREFIX.length)}`)) clear(name);
  }
}

/** A talker (e2e/talker.py) that is a container's first process. */
export class ContainerTalker {
  readonly id: string;
  readonly ip4: string;
  readonly #input: number;
  readonly #output: string;
  #heard = 0;

  constructor(id: string, ip4: string, input: number, output: string) {
    this.id = id;
    this.ip4 = ip4;
    this.#input = input;
    this.#output = output;
    this.#heard = this.#answers();
  }

  #answers(): number {
    return readFileSync(this.#output, "utf8").split("\n").length - 1;
  }

  /** The pid of the container's process, as its host numbers it. */
  get pid(): number {
    const [pid, ...others] = processes((path) => readFileSync(`${path}/cgroup`, "utf8").includes(this.id));
    if (pid === undefined || others.length > 0) throw new Error(`${this.id}: not one process`);
    return pid;
  }

  /** Does it, and answers when it is done. */
  async tell(...words: (string | number)[]): Promise<void> {
    writeSync(this.#input, `${words.join(" ")}\n`);
    this.#heard++;
    await until(`the answer of ${this.id} to ${words.join(" ")}`, () => this.#answers() >= this.#heard);
  }
}

type Fields = Parameters<Connection["call"]>[1];

export interface PodSpec {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** TCP port of the host → of the pod. */
  readonly hostPort?: readonly [number, number];
}

/** A pod that runs. */
export class Pod {
  readonly id: string;
  readonly ip4: string;
  readonly config: Fields;

  constructor(id: string, ip4: string, config: Fields) {
    this.id = id;
    this.ip4 = ip4;
    this.config = config;
  }
}

/** The engines, and the containers in them. */
export class Engines {
  readonly host: Host;
  readonly name = `${PREFIX}${process.pid}`;
  readonly folder: string = join(tmpdir(), this.name);
  readonly dockerSocket: string = join(this.folder, "docker.sock");
  readonly containerdSocket: string = join(this.folder, "containerd.sock");
  readonly #files: number[] = [];
  #pid = 0;
  #cri: Connection | null = null;
  #removed = false;

  constructor(host: Host) {
    this.host = host;
  }

  /** Options by which a capture finds these engines. */
  get addresses(): string[] {
    return [
      `--docker-address=${this.dockerSocket}`,
      `--containerd-address=${this.containerdSocket}`,
      `--cri-runtime-address=${this.containerdSocket}`,
    ];
  }

  /** Starts both, and gives them the image. */
  async start(): Promise<void> {
    const { folder, host } = this;
    for (const each of ["cni", "talk", "box", "etc"]) mkdirSync(join(folder, each), { recursive: true });
    // the daemons leave files in places of their own choice, too
    const holder = host.start("unshare", ["--mount", "sh", "-c", MOUNTS, "sh", join(folder, "etc")]);
    cpSync("/etc", join(folder, "etc"), { recursive: true, verbatimSymlinks: true });
    holder.child.stdin.write("\n");
    await holder.said("stdout", /^ready$/m);
    const inside = (command: string, ...args: string[]): Program =>
      host.start("nsenter", [
        `--mount=/proc/${holder.pid}/ns/mnt`,
        "--",
        // also if this test is killed
        ...["setpriv", "--pdeathsig", "KILL", pathOf(command)!, ...args],
      ]);
    writeFileSync(join(folder, "containerd.toml"), this.#containerdConfig());
    writeFileSync(join(folder, "cni/10-pods.conflist"), this.#cniConfig());
    writeFileSync(join(folder, "dockerd.json"), this.#dockerConfig());
    const containerd = inside("containerd", "--config", join(folder, "containerd.toml"));
    await containerd.said("stderr", /containerd successfully booted/);
    this.#pid = containerd.pid;
    const dockerd = inside("dockerd", "--config-file", join(folder, "dockerd.json"));
    await dockerd.said("stderr", /API listen on /);
    // Docker's answer to whatever it does not know of, pods included, is DROP
    await host.ok("iptables", "--wait", "--policy", "FORWARD", "ACCEPT");
    await this.#import();
  }

  async #import(): Promise<void> {
    const box = join(this.folder, "box");
    cpSync(pathOf("busybox")!, join(box, "busybox"), { dereference: true });
    for (const each of ["usr", "tmp", "talk", "e2e"]) mkdirSync(join(box, each));
    for (const each of ["bin", "lib", "lib64"]) symlinkSync(`usr/${each}`, join(box, each));
    const pack = { maxBuffer: 64 << 20 };
    const layer = execFileSync("tar", ["-C", box, "-c", "."], pack);
    const changes = encodeURIComponent('CMD ["/busybox", "sleep", "2147483647"]');
    const [repository, tag] = IMAGE.split(":");
    await this.docker(
      "POST",
      `/images/create?fromSrc=-&repo=${repository}&tag=${tag}&changes=${changes}`,
      layer,
    );
    const archive = join(this.folder, "image.tar");
    writeFileSync(archive, await this.docker("GET", `/images/${encodeURIComponent(IMAGE)}/get`));
    const images = ["--namespace", "k8s.io", "images", "import", "--snapshotter", "native", archive];
    await this.host.ok("ctr", "--address", this.containerdSocket, ...images);
  }

  #containerdConfig(): string {
    const at = (name: string): string => JSON.stringify(join(this.folder, name));
    return `version = 2
root = ${at("containerd")}
state = ${at("containerd.state")}
[grpc]
  address = ${JSON.stringify(this.containerdSocket)}
[plugins."io.containerd.internal.v1.opt"]
  path = ${at("opt")}
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${IMAGE}"
  disable_tcp_service = true
  restrict_oom_score_adj = true
  tolerate_missing_hugetlb_controller = true
[plugins."io.containerd.grpc.v1.cri".containerd]
  snapshotter = "native"
[plugins."io.containerd.grpc.v1.cri".cni]
  bin_dir = "${CNI}"
  conf_dir = ${at("cni")}
`;
  }

  #cniConfig(): string {
    const ipam = {
      type: "host-local",
      dataDir: join(this.folder, "cni.ipam"),
      ranges: [[{ subnet: "10.88.5.0/24" }]],
      routes: [{ dst: "0.0.0.0/0" }],
    };
    return JSON.stringify({
      cniVersion: "0.4.0",
      name: "pods",
      plugins: [
        { type: "bridge", bridge: "cni0", isGateway: true, ipMasq: true, ipam },
        { type: "portmap", capabilities: { portMappings: true } },
      ],
    });
  }

  #dockerConfig(): string {
    return JSON.stringify({
      hosts: [`unix://${this.dockerSocket}`],
      containerd: this.containerdSocket,
      "data-root": join(this.folder, "docker"),
      "exec-root": join(this.folder, "docker.state"),
      pidfile: join(this.folder, "docker.pid"),
      "cgroup-parent": `/${this.name}/docker`,
      "exec-opts": ["native.cgroupdriver=cgroupfs"],
      "storage-driver": "vfs",
      bip: `${DOCKER.ip4}/24`,
    });
  }

  /** A call of Docker's API; its answer. Throws where the engine refuses. */
  docker(method: string, path: string, body?: Buffer | object): Promise<Buffer> {
    const json = body !== undefined && !Buffer.isBuffer(body);
    const headers = { host: "docker", ...(json ? { "content-type": "application/json" } : {}) };
    return new Promise((resolve, reject) => {
      const call = request(
        { socketPath: this.dockerSocket, method, path, headers, agent: false },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on("data", (chunk: Buffer) => chunks.push(chunk)).on("error", reject);
          answer.on("end", () => {
            const all = Buffer.concat(chunks);
            if (answer.statusCode! < 400) resolve(all);
            else reject(new Error(`docker: ${method} ${path}: ${answer.statusCode} ${all.toString()}`));
          });
        },
      );
      call.on("error", reject).end(json ? JSON.stringify(body) : (body as Buffer | undefined));
    });
  }

  /** A container of Docker's with a talker in it, which is told of the ports (TCP and UDP) that the host publishes. */
  async container(
    name: string,
    options: { publish?: readonly [number, number] } = {},
  ): Promise<ContainerTalker> {
    const id = await this.createContainer(name, options);
    return await this.startContainer(name, id);
  }

  /** The same, not started yet; its id. */
  async createContainer(
    name: string,
    { publish }: { publish?: readonly [number, number] } = {},
  ): Promise<string> {
    const ports = publish === undefined ? [] : ["tcp", "udp"].map((protocol) => `${publish[1]}/${protocol}`);
    const answer = await this.docker("POST", `/containers/create?name=${name}`, {
      Image: IMAGE,
      Cmd: this.#talkerCommand(name),
      Labels: { role: name },
      ExposedPorts: Object.fromEntries(ports.map((port) => [port, {}])),
      HostConfig: {
        Binds: this.#mounts().map(([from, to, readOnly]) => `${from}:${to}${readOnly ? ":ro" : ""}`),
        LogConfig: { Type: "none" },
        PortBindings: Object.fromEntries(ports.map((port) => [port, [{ HostPort: String(publish![0]) }]])),
      },
    });
    return (JSON.parse(answer.toString()) as { Id: string }).Id;
  }

  /** Starts one that was created. */
  async startContainer(name: string, id: string): Promise<ContainerTalker> {
    await this.docker("POST", `/containers/${id}/start`);
    const state = JSON.parse((await this.docker("GET", `/containers/${id}/json`)).toString()) as {
      NetworkSettings: { IPAddress?: string; Networks: Record<string, { IPAddress: string }> };
    };
    return this.#talker(name, id, state.NetworkSettings.Networks["bridge"]!.IPAddress);
  }

  /** Restarts one, with all that is in it. */
  async restartContainer(name: string, talker: ContainerTalker): Promise<ContainerTalker> {
    await this.docker("POST", `/containers/${talker.id}/restart?t=0`);
    return this.#talker(name, talker.id, talker.ip4);
  }

  /** Pid of the program that hands on what comes to a published port of the host's own. */
  proxy(protocol: "tcp" | "udp", port: number): number {
    const netns = readlinkSync(`/proc/${this.#pid}/ns/net`);
    const [pid] = processes((path) => {
      const words = readFileSync(`${path}/cmdline`, "latin1").split("\0");
      const is = (option: string, value: string): boolean => words[words.indexOf(option) + 1] === value;
      return (
        /docker-proxy$/.test(words[0]!) &&
        readlinkSync(`${path}/ns/net`) === netns &&
        is("-proto", protocol) &&
        is("-host-port", String(port)) &&
        is("-host-ip", "0.0.0.0")
      );
    });
    if (pid === undefined) throw new Error(`no docker-proxy for ${protocol} port ${port}`);
    return pid;
  }

  /** A call of the container runtime interface. */
  cri(method: string, fields: Fields): ReturnType<Connection["call"]> {
    this.#cri ??= new Connection(this.containerdSocket);
    return this.#cri.call(`/runtime.v1.RuntimeService/${method}`, fields);
  }

  async pod({ name, namespace, uid, labels = {}, hostPort }: PodSpec): Promise<Pod> {
    const config: Fields = [
      [
        1,
        [
          [1, name],
          [2, uid],
          [3, namespace],
        ],
      ],
      [2, name],
      ...(hostPort === undefined
        ? []
        : [
            [
              5,
              [
                [2, hostPort[1]],
                [3, hostPort[0]],
              ],
            ] as const,
          ]),
      ...Object.entries(labels).map(
        ([key, value]) =>
          [
            6,
            [
              [1, key],
              [2, value],
            ],
          ] as const,
      ),
      [8, [[1, `/${this.name}/kubepods/besteffort/pod${uid}`]]],
    ];
    const id = (await this.cri("RunPodSandbox", [[1, config]])).text(1);
    const status = (await this.cri("PodSandboxStatus", [[1, id]])).message(1);
    return new Pod(id, status.message(5).text(1), config);
  }

  /** A container of a pod, with a talker in it. */
  async podContainer(pod: Pod, name: string): Promise<ContainerTalker> {
    const id = await this.createPodContainer(pod, name);
    await this.cri("StartContainer", [[1, id]]);
    return this.#talker(name, id, pod.ip4);
  }

  async createPodContainer(pod: Pod, name: string): Promise<string> {
    const config: Fields = [
      [1, [[1, name]]],
      [2, [[1, IMAGE]]],
      ...this.#talkerCommand(name).map((word) => [3, word] as const),
      ...this.#mounts().map(
        ([from, to, readOnly]) =>
          [
            7,
            [
              [1, to],
              [2, from],
              [3, readOnly],
            ],
          ] as const,
      ),
    ];
    return (
      await this.cri("CreateContainer", [
        [1, pod.id],
        [2, config],
        [3, pod.config],
      ])
    ).text(1);
  }

  #mounts(): [from: string, to: string, readOnly: boolean][] {
    return [
      ["/usr", "/usr", true],
      [join(ROOT, "test/e2e"), "/e2e", true],
      [join(this.folder, "talk"), "/talk", false],
    ];
  }

  #talkerCommand(name: string): string[] {
    const at = join(this.folder, "talk", name);
    if (!existsSync(`${at}.in`)) {
      execFileSync("mkfifo", [`${at}.in`]);
      writeFileSync(`${at}.out`, "");
    }
    return ["/bin/sh", "-c", `exec python3 -u /e2e/talker.py </talk/${name}.in >>/talk/${name}.out`];
  }

  #talker(name: string, id: string, ip4: string): ContainerTalker {
    const at = join(this.folder, "talk", name);
    // for both, so that neither end waits for the other
    const input = openSync(`${at}.in`, "r+");
    this.#files.push(input);
    return new ContainerTalker(id, ip4, input, `${at}.out`);
  }

  /** Ends and removes all of it. */
  remove(): void {
    if (this.#removed) return;
    this.#removed = true;
    this.#cri?.close();
    for (const file of this.#files) closeSync(file);
    clear(this.name);
  }
}

/** Hides what the daemons write outside of their folders; then waits until the test has ended. */
const MOUNTS = `read -r filled
for at in /run /opt /var/lib; do mount -t tmpfs none $at || exit; done
mount --bind "$1" /etc && mkdir -p /run/lock && echo ready && exec sleep infinity`;

/** Engines on this host, ready; they are gone when the test has ended, however it ends. */
export async function engines(t: TestContext, host: Host): Promise<Engines> {
  sweep();
  const made = new Engines(host);
  t.after(() => made.remove());
  process.on("exit", () => made.remove());
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.once(signal, () => {
      made.remove();
      process.kill(process.pid, signal);
    });
  await made.start();
  return made;
}
