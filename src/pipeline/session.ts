// A live capture from start to end: what is decided before, what is attached, who runs meanwhile, what is said.
import { readFileSync, statSync } from "node:fs";
import { release as kernelRelease } from "node:os";
import { join } from "node:path";
import type { Addon } from "../addon/addon.ts";
import { membershipOfProcess } from "../attribution/cgroups.ts";
import { Containers, hasContainerChoice } from "../attribution/containers.ts";
import { DeviceTable, deviceLayer } from "../attribution/devices.ts";
import { Processes } from "../attribution/processes.ts";
import { Procfs, withDescendants } from "../attribution/procfs.ts";
import { PublishedPorts } from "../attribution/published.ts";
import { Engines } from "../attribution/runtimes/engines.ts";
import { compileAs, compileForDevice } from "../filter/expression.ts";
import { HELPER_CONTEXT, translate } from "../filter/kernel.ts";
import { BACKENDS, type Backend, type Layer } from "../kernel/backends.ts";
import { BTF_FOLDER, type Btf, findBtf, foreign, OWN, OWN_BTF, whyNoBtf } from "../kernel/btf.ts";
import {
  type CaptureCounters,
  type CaptureOptions,
  isPermission,
  KernelCapture,
  LoadRefused,
  objectFile,
  permissionFailure,
} from "../kernel/capture.ts";
import { type FeatureName, Features, readSystem } from "../kernel/features.ts";
import { lackingFor, type Plan, planHooks } from "../kernel/plan.ts";
import { ownLackingRights } from "../kernel/rights.ts";
import { Failure } from "../model/failure.ts";
import type { Device } from "../model/packet.ts";
import type { Settings } from "../model/settings.ts";
import { linkTypeOfDlt } from "../savefile/linktype.ts";
import { Command } from "./command.ts";
import { checkedLinkType, clockWarning, linkTypeNamed, refuseMonitor } from "./inquiry.ts";
import {
  ANY,
  chooseDevices,
  defaultDevice,
  forwards,
  Interfaces,
  netnsNumber,
  Subnets,
} from "./interfaces.ts";
import { FILE_POLL, LiveCapture, readOwners, TEXT_POLL } from "./live.ts";
import { Losses } from "./losses.ts";
import { ANY_NETNS, Namespaces } from "./namespaces.ts";
import { Secrets } from "./secrets.ts";
import { sinkMaker } from "./sinks.ts";
import { ATTACH_RIGHTS, COUNT_RIGHTS, User } from "./user.ts";

const NETNS = "/proc/self/ns/net";
/** Default size of the ring: what a reader that stops for a second at full rate needs. */
const RING_BYTES = 32 << 20;
/** The reader is woken early when this part of the ring is full. */
const WAKE_PART = 1 / 8;
/** A command's last packets come after its end: waited for until so long (ms) none came, but not longer than … */
const QUIET = 100;
/** … this. */
const LINGER = 1000;
const LINKTYPE = { ethernet: 1, raw: 101 } as const;
/** Linux's DLT_RAW, which is LINKTYPE_RAW in files. */
const DLT_RAW = 12;
/** ARPHRD_ETHER of linux/if_arp.h */
const ETHERNET = 1;
const LAYERS: readonly Layer[] = ["ethernet", "raw"];

/** Where a kernel's types are looked for, in tests. */
export interface BtfSwitches {
  /** Word "no-btf": the kernel's own is not to be seen. */
  readonly hidden: boolean;
  /** Word "btf-folder=PATH" */
  readonly folder: string | null;
  /** Word "btf-mirror=URL": stands for both servers. */
  readonly mirror: string | null;
  /** Word "btf-limit=MS" */
  readonly limit: number | null;
}

/** Hidden switches for tests and benchmarks: words in the environment variable PTCPDUMP_TEST. */
export interface TestSwitches {
  /** Features of the kernel that are to seem missing (words "without:FEATURE"). */
  readonly hidden: readonly FeatureName[];
  /** Sizes of eBPF maps that are to be other than usual (words "map:NAME=ENTRIES"). */
  readonly mapEntries: ReadonlyMap<string, number>;
  readonly btf: BtfSwitches;
  /** False (word "no-attribution"): packets without owners. */
  readonly attribution: boolean;
}

/** How a session talks to its surroundings. */
export interface Surroundings {
  readonly addon: Addon;
  /** Folder of the eBPF object. */
  readonly buildFolder: string;
  /** Path that this program was started by, shown for its own packets. */
  readonly program: string;
  readonly switches: TestSwitches;
  /** A line for --log-level debug. */
  readonly debug: (line: string) => void;
  readonly warn: (line: string) => void;
  /** A line on standard error whatever the log level. */
  readonly say: (line: string) => void;
  /** Called once, when the capture is attached. */
  readonly ready: (devices: readonly Device[], any: boolean) => void;
  /** ptcpdump's, for the files it writes. */
  readonly version: string;
}

/** What is reported at the end. */
export interface SessionResult {
  captured: number;
  counters: CaptureCounters;
  /** How often a packet's owner had been forgotten for want of room. */
  missed: number;
  /** Exit status of the command after "--"; 0 without one. */
  status: number;
  /** What ended the capture early; null if nothing did. */
  error: unknown;
}

export class Session {
  readonly #settings: Settings;
  readonly #backend: Backend;
  readonly #around: Surroundings;
  #live: LiveCapture | null = null;
  #kernel: KernelCapture | null = null;
  /** Ends what is waited for before the capture. */
  readonly #stopped = new AbortController();

  constructor(settings: Settings, around: Surroundings) {
    const backend = BACKENDS[settings.backend];
    // where every namespace is seen, "any" means the devices of all
    const all = backend.everywhere && settings.interfaces.includes(ANY) && settings.netns.length === 0;
    this.#settings = all ? { ...settings, netns: [ANY_NETNS] } : settings;
    this.#backend = backend;
    this.#around = around;
  }

  /** Numbers so far, for SIGUSR1; null before the capture is ready. */
  get progress(): { captured: number; counters: CaptureCounters } | null {
    if (!this.#live || !this.#kernel) return null;
    return { captured: this.#live.captured, counters: this.#kernel.counters() };
  }

  /** Ends the capture as a signal does: everything that was captured is still written. */
  stop(): void {
    this.#stopped.abort();
    this.#live?.stop();
  }

  /** Hands everything captured so far to the operating system. */
  flush(): void {
    this.#live?.look();
  }

  /** Takes the hooks away, which can take the kernel half a second: best when the user has been told all. */
  close(): void {
    this.#kernel?.close();
    this.#kernel = null;
  }

  /** Captures until it is stopped; close() it then. Throws Failure where it cannot start; nothing is left behind then. */
  async run(): Promise<SessionResult> {
    const { addon, debug, switches } = this.#around;
    const settings = this.#settings;
    const backend = this.#backend;
    const { headerless, everywhere } = backend;
    const foreign = settings.netns.length > 0;
    const any = foreign || settings.interfaces.includes(ANY);
    const names = settings.interfaces.length > 0 ? settings.interfaces : [defaultDevice(addon)];
    const chosen = any ? [] : chooseDevices(addon, names, headerless);
    const ethernet = this.#askedOf(any ? [ANY] : chosen.map((device) => device.name));
    const compile = this.#compiler(any ? null : (chosen[0]?.name ?? null), ethernet);
    // errors in the expression are told before anything is touched
    compile(headerless ? "raw" : (deviceLayer(chosen[0]?.type ?? ETHERNET) ?? "ethernet"));

    const makeSink = await sinkMaker(settings);
    const btf = await this.#btf();
    const system = readSystem(addon, btf);
    if (system.types === null) throw new Failure("no-btf", `${btf.path}: ${whyNoBtf(addon, btf.path)}`);
    const features = new Features(system, switches.hidden);
    if (foreign && backend.bothWays)
      // a packet socket would keep its namespace alive
      throw new Failure(
        "netns",
        `--netns is not for --backend ${backend.name}; --backend tc or cgroup-skb captures in other namespaces`,
      );
    const lacking = lackingFor(features, backend.name);
    if (lacking !== null)
      throw new Failure(
        "backend",
        `--backend ${backend.name} needs ${lacking}, which is not to be had here; --backend tc captures without`,
      );
    if (settings.secrets !== null && !features.has("ring buffer"))
      throw new Failure(
        "secrets",
        "TLS secrets need a ring buffer (Linux 5.8 has it), which is not to be had here",
      );
    const types: ReadonlyMap<string, number> = backend.entries ? system.traced() : new Map();
    const fromSkb = types.get("bpf_dynptr_from_skb") ?? 0;
    const size = types.get("bpf_dynptr_size") ?? 0;
    const user = settings.user === null ? null : new User(addon, settings.user);
    const command = settings.command.length > 0 ? new Command(addon, settings.command) : null;
    let kernel: KernelCapture | null = null;
    let interfaces: Interfaces | Namespaces | null = null;
    let live: LiveCapture | null = null;
    const procfs = new Procfs();
    let engines: Engines | null = null;
    let secrets: Secrets | null = null;
    try {
      let plan: Plan;
      [kernel, plan] = this.#load(features, btf, {
        snaplen: settings.snaplen,
        ringBytes: ringBytes(settings.bufferKiB),
        wakeBytes: ringBytes(settings.bufferKiB) * WAKE_PART,
        direction: settings.direction,
        processes: this.#processFilter(command),
        attribution: switches.attribution,
        mapEntries: switches.mapEntries,
        netns: statSync(NETNS).ino,
        severalNetns: foreign || everywhere || backend.bothWays,
        chosenDevices:
          everywhere && !(settings.netns.includes(ANY_NETNS) && settings.interfaces.includes(ANY)),
        layers: new Set(
          headerless
            ? ["raw"]
            : any
              ? LAYERS
              : chosen.map((device) => deviceLayer(device.type) ?? "ethernet"),
        ),
        types,
        filter: (layer, direction, arrayFd, index, offsets) =>
          translate(compile(layer), {
            map: arrayFd,
            index,
            otherwise: backend.pass,
            ...(backend.bothWays ? { only: direction } : { outgoing: direction === "out" }),
            ...(backend.reads === "by helper" ? { context: HELPER_CONTEXT } : {}),
            ...(backend.reads === "by dynptr" ? { traced: { offsets, fromSkb, size } } : {}),
          }),
      });
      for (const { need, rung, without } of plan.choices)
        debug(rung ? `${need}: ${rung}` : `${need}: none on this kernel: ${without}`);
      const table = new DeviceTable(settings.snaplen, statSync(NETNS).ino, NETNS, ethernet);
      const own = {
        pid: process.pid,
        cmd: this.#around.program,
        args: ["ptcpdump", ...process.argv.slice(2)],
      };
      const containers = makeContainers(addon, procfs, settings, kernel, plan.settings.has("transit"));
      const processes = new Processes(procfs, own, containers);
      containers.onChange = coalesced(() => processes.renew());
      engines = await this.#engines(procfs, containers);
      if (foreign && plan.settings.has("clsact"))
        throw new Failure("netns", "--netns needs Linux 6.6 or newer (tcx), or --backend cgroup-skb");
      const here = new Interfaces(addon, kernel, table);
      const there = foreign
        ? new Namespaces(addon, kernel, table, settings.netns, settings.interfaces, this.#around.warn)
        : null;
      interfaces = there ?? here;
      processes.onNamespace = (netns, pid) => there?.seen(netns, pid);
      kernel.attachHooks(system.cgroup2, (hook, error) => {
        const choice = plan.choices.find(({ hooks }) => hooks.includes(hook));
        this.#around.warn(
          `${choice?.need}: ${hook.program}: ${(error as Error).message}: ${choice?.without}`,
        );
      });
      if (settings.secrets !== null)
        secrets = new Secrets(addon, settings, settings.secrets, {
          object: readFileSync(join(this.#around.buildFolder, "tls.bpf.o")),
          pids: this.#processFilter(command).pids,
          containers,
          warn: this.#around.warn,
          debug,
        });
      if (user) readOwners(processes, containers, kernel.ring);
      if (there) there.start();
      else if (any) here.follow((name, error) => this.#around.warn(`${name}: ${(error as Error).message}`));
      else here.attach(chosen, settings.promiscuous && !headerless);
      kernel.attachCapture(system.cgroup2);
      user?.become(any || plan.settings.has("clsact") ? ATTACH_RIGHTS : COUNT_RIGHTS);
      const attached = interfaces;
      const losses = new Losses(kernel, () => attached.devices);
      const { sink, savefile, settled, finished } = makeSink({
        version: this.#around.version,
        devices: () => attached.devices,
        more: any,
        statistics: (device) => losses.statistics(device),
        addon: () => addon,
        warn: this.#around.warn,
        flow: {
          pause: () => live?.pause(),
          resume: () => live?.resume(),
          fail: (failure) => live?.fail(failure),
        },
      });
      secrets?.into(savefile, (failure) => live?.fail(failure));
      live = new LiveCapture(addon, kernel, table, processes, containers, sink, {
        count: settings.count,
        skip: settings.skip,
        immediate: settings.immediate,
        ...(there && everywhere ? { unknown: (ifindex, netns) => there.find(ifindex, netns) } : {}),
        ...(settings.writeFile !== null && settings.writeFormat === "pcapng" ? { losses } : {}),
        // a file that nobody reads yet can wait
        poll:
          settings.writeFile !== null && !settings.print && !settings.packetBuffered ? FILE_POLL : TEXT_POLL,
      });
      const capture = live;
      this.#kernel = kernel;
      this.#live = live;
      if (!any) this.#endWithDevices(here, live);
      this.#around.ready(interfaces.devices, any);
      let status = 0;
      let commandError: unknown = null;
      if (command) {
        command.release().then(
          (ended) => {
            status = ended;
            this.#linger(capture);
          },
          (error: unknown) => {
            commandError = error;
            capture.stop();
          },
        );
      }
      let error = await live.done;
      interfaces.close();
      secrets?.end();
      const result = {
        captured: live.captured,
        counters: kernel.counters(),
        missed: processes.missed,
        status,
        error,
      };
      try {
        if (!(error instanceof Failure && error.code === "closed-pipe")) await settled();
        sink.close();
        await finished();
      } catch (thrown) {
        error ??= thrown;
      }
      result.error = error ?? commandError;
      kernel = null;
      return result;
    } catch (error) {
      if (isPermission(error)) throw permissionFailure(names.join(", "));
      throw error;
    } finally {
      command?.abandon();
      if (system.cgroup2 !== null) addon.closeFd(system.cgroup2);
      interfaces?.close();
      engines?.close();
      secrets?.end();
      kernel?.close();
    }
  }

  /** Finds the container engines, and what the filter wants of their containers. */
  async #engines(procfs: Procfs, containers: Containers): Promise<Engines> {
    const { warn, debug } = this.#around;
    const { engines: addresses, processes } = this.#settings;
    const filter = processes.containers;
    const needed = hasContainerChoice(filter);
    const engines = new Engines(containers, { addresses, needed, warn, debug });
    try {
      await engines.start();
      if (!needed) return engines;
      for (const text of procfs.cgroups()) containers.chooseUnknown(membershipOfProcess(text));
      if (containers.matches > 0) return engines;
      const { known, silent } = engines;
      const asked = [
        ...filter.ids.map((id) => `--container-id ${id}`),
        ...filter.names.map((name) => `--container-name ${name}`),
        ...filter.pods.map(({ name, namespace }) => `--pod-name ${name}.${namespace}`),
      ].join(", ");
      const whom =
        known.length > 0
          ? `${known.join(", ")} ${known.length > 1 ? "know" : "knows"} none`
          : silent.length > 0
            ? `${silent.join(", ")} did not answer`
            : "no container engine was found (--docker-address, --containerd-address and --cri-runtime-address tell where to look)";
      throw new Failure("no-container", `${asked}: no such container or pod: ${whom}`);
    } catch (error) {
      engines.close();
      throw error;
    }
  }

  /** A device that vanishes is told of; with the last one the capture fails, as tcpdump's does. */
  #endWithDevices(interfaces: Interfaces, live: LiveCapture): void {
    interfaces.watchGone((name) => {
      const message = `${name}: The interface disappeared`;
      if (interfaces.devices.length === 0) live.stop(new Failure("device-gone", message));
      else this.#around.warn(message);
    });
  }

  /** Stops once the ended command's last packets have come. */
  #linger(live: LiveCapture): void {
    const end = performance.now();
    const timer = setInterval(() => {
      const now = performance.now();
      if (now - end < LINGER && now - Math.max(end, live.lastPacket) < QUIET) return;
      clearInterval(timer);
      live.stop();
    }, 20);
    live.done.finally(() => clearInterval(timer));
  }

  /** The kernel's types, fetched where nobody here tells them. Throws Failure "btf", "no-btf". */
  async #btf(): Promise<Btf> {
    const { addon, warn, say, debug, switches } = this.#around;
    const { kernelBtf: given, download } = this.#settings;
    const folder = switches.btf.folder ?? BTF_FOLDER;
    const release = kernelRelease();
    const found = findBtf(addon, { given, folder, release, hidden: switches.btf.hidden, warn });
    if (found !== null) {
      if (found !== OWN) debug(`BTF: ${found.structures}`);
      return found;
    }
    if (!download)
      throw new Failure(
        "no-btf",
        `${OWN_BTF}: this kernel has no type information (BTF): --kernel-btf takes a file that has it, and without --no-download it is looked for on the network`,
      );
    const { DOWNLOAD_LIMIT, downloadBtf, MIRRORS, readOsRelease } = await import("../kernel/btf-download.ts");
    const { mirror, limit } = switches.btf;
    return foreign(
      await downloadBtf({
        kernel: { release, arch: process.arch, ...readOsRelease() },
        mirrors: mirror === null ? MIRRORS : { openanolis: `${mirror}/coolbpf`, btfhub: `${mirror}/btfhub` },
        folder,
        limit: limit ?? DOWNLOAD_LIMIT,
        signal: this.#stopped.signal,
        check: (path) => whyNoBtf(addon, path),
        say,
      }),
    );
  }

  /** Loads the best plan that the kernel does not refuse. */
  #load(features: Features, btf: Btf, options: CaptureOptions): [KernelCapture, Plan] {
    const { addon, buildFolder, debug } = this.#around;
    const { name, transit } = this.#backend;
    const wanted = { backend: name, attribution: options.attribution, transit: transit && forwards() };
    const refused = new Set<string>();
    let { structures } = btf;
    for (;;) {
      const plan = planHooks(features, wanted, refused);
      const object = readFileSync(join(buildFolder, objectFile(plan)));
      try {
        return [new KernelCapture(addon, object, structures, plan, options), plan];
      } catch (error) {
        if (!(error instanceof LoadRefused)) throw error;
        debug(error.message);
        if (plan.hooks.some(({ program }) => program === error.program)) refused.add(error.program);
        else if (error.program === "" && structures === "") {
          // No program was refused: libbpf stumbled before. It reads the types of all modules, and gives up where those of
          // one are damaged or were made for another kernel, whether they matter or not. Without modules, then.
          structures = btf.path;
        } else if (ownLackingRights().length > 0) {
          // the verifier says no to what a right would allow
          throw permissionFailure("eBPF");
        } else throw error;
      }
    }
  }

  #processFilter(command: Command | null): Settings["processes"] {
    const { processes } = this.#settings;
    let pids = [...processes.pids];
    if (processes.followForks && pids.length > 0) pids = withDescendants(pids, new Procfs().parents());
    if (command) pids.push(command.pid);
    return { ...processes, pids };
  }

  /**
   * Answers what is asked of the devices before a capture as libpcap does: -I, -j and -y. The link type of Ethernet
   * devices, LINKTYPE_.
   */
  #askedOf(devices: readonly string[]): number {
    const { addon, warn } = this.#around;
    const { clock, linkType } = this.#settings;
    const dlt = linkType === null ? null : linkTypeNamed(addon, linkType);
    const { headerless, name } = this.#backend;
    let ethernet: number = headerless ? LINKTYPE.raw : LINKTYPE.ethernet;
    for (const device of devices) {
      refuseMonitor(addon, this.#settings, device);
      const warning = clockWarning(addon, clock, device);
      if (warning !== null) warn(warning);
      if (dlt === null) continue;
      if (headerless) {
        if (dlt !== LINKTYPE.raw && dlt !== DLT_RAW)
          throw new Failure("link-type", `${linkType} is not what --backend ${name} captures: RAW is`);
        this.#around.say("data link type RAW");
        continue;
      }
      this.#around.say(checkedLinkType(addon, device, dlt));
      // what "any" offers are headers that only a file can have here
      if (device !== ANY && dlt !== LINKTYPE.raw && dlt !== DLT_RAW) ethernet = linkTypeOfDlt(dlt);
    }
    return ethernet;
  }

  /** Compiles the expression once per layer; errors come as Failures. */
  #compiler(device: string | null, ethernet: number): (layer: Layer) => Uint32Array {
    const { addon } = this.#around;
    const { expression, snaplen, optimize } = this.#settings;
    const made = new Map<Layer, Uint32Array>();
    return (layer) => {
      const known = made.get(layer);
      if (known) return known;
      // "vlan" needs an open device: any one of the layer will do
      const options = { linkType: layer === "ethernet" ? ethernet : LINKTYPE.raw, snaplen, optimize };
      const program = this.#backend.headerless
        ? compileAs(addon, expression, options)
        : compileForDevice(addon, expression, device ?? "lo", options);
      made.set(layer, program);
      return program;
    };
  }
}

/** Runs the action once, soon, however often it is called until then. */
function coalesced(action: () => void): () => void {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    setImmediate(() => {
      waiting = false;
      action();
    });
  };
}

function makeContainers(
  addon: Addon,
  procfs: Procfs,
  settings: Settings,
  kernel: KernelCapture,
  transit: boolean,
): Containers {
  const subnets = new Subnets(addon);
  const published = new PublishedPorts({
    netnsNumber: (pid) => netnsNumber(addon, pid),
    deviceTo: (address) => subnets.deviceTo(address),
    put: (key, value) => kernel.publish(key, value),
    remove: (key) => kernel.unpublish(key),
  });
  const host = procfs.namespaces(1) ?? procfs.namespaces("self") ?? { mntns: 0, pidns: 0, netns: 0 };
  return new Containers(
    host,
    (pid) => procfs.namespaces(pid),
    settings.processes.containers,
    {
      container: (key) => kernel.wantContainer(key),
      namespace: (inode) => kernel.wantNamespace(inode),
      cgroup: (number) => kernel.wantCgroup(number),
    },
    transit ? published : null,
  );
}

/** -B in KiB to a power of two in bytes, as the ring needs it. */
export function ringBytes(kib: number): number {
  if (kib === 0) return RING_BYTES;
  let bytes = 1 << 16;
  while (bytes < kib * 1024 && bytes < 1 << 30) bytes *= 2;
  return bytes;
}
