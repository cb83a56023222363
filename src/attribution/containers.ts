// Containers and pods: what their engines tell of them, and which of them a process is in. A process is in the
// container that its cgroup is named after; where no cgroup tells, in the one whose namespace it shares.
import { RecordCgroup } from "../addon/abi.ts";
import type { Container, Pod } from "../model/context.ts";
import type { ContainerFilter } from "../model/settings.ts";
import { joined, type Membership, membershipOf } from "./cgroups.ts";
import type { PublishedPort, PublishedPorts } from "./published.ts";

/** Where a process is, as its record tells: the number of its cgroup and the inodes of its namespaces. */
export interface Where {
  readonly cgroup: number;
  readonly mntns: number;
  readonly pidns: number;
  readonly netns: number;
}

/** Inodes of namespaces; 0: unknown. */
export type Namespaces = Omit<Where, "cgroup">;

/** What is shown of a process's container and pod. */
export interface Residence {
  readonly container: Container | null;
  readonly pod: Pod | null;
}

/** What an engine tells of a container. Strings come from outside: neither escaped nor bounded. */
export interface ContainerDetails {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly pod: Pod | null;
  /** True for the container that only holds a pod's namespaces: it is shown as the pod alone. */
  readonly sandbox: boolean;
  /** Its first process; 0: unknown, or it does not run. */
  readonly pid: number;
  /** Ports of the host's that are translated to this container's; absent where the engine tells of none. */
  readonly published?: readonly PublishedPort[];
  /** Path of its cgroup, "/default/web", where the id is not one that cgroups show; else "". */
  readonly cgroupPath: string;
}

/** What the kernel is to let through: see wanted_containers, wanted_namespaces and wanted_cgroups in bpf/. */
export interface Wanted {
  /** A container by its cgroup's name: an id, "podUID", or PARENT/NAME. */
  container(key: string): void;
  namespace(inode: number): void;
  cgroup(number: number): void;
}

/** Who knows more of containers, asked when something turns up that is not known. */
export interface Inquiry {
  /** A container that no engine has told of yet. Called once for each. */
  container(id: string): void;
  /** A process in a mount namespace of its own and in no container's cgroup. Called once for each. */
  namespace(inode: number): void;
}

/** Containers that ended are remembered for their last packets: at most so many. */
const MAX_ENDED = 4096;
/** Cgroups that are remembered; of more the one that was asked for longest ago is forgotten. */
const MAX_CGROUPS = 65536;
/** Ids without details that are remembered. */
const MAX_UNKNOWN = 16384;
/** Bounds of what an engine may tell, in characters and entries: labels are chosen by whoever made the image. */
const MAX_TEXT = 4096;
const MAX_ENTRIES = 256;
const MAX_MAP = 32768;

/** As much of an id as engines show, characters. */
const SHORT_ID = 12;

const NOWHERE: Residence = { container: null, pod: null };
const NOT_A_CONTAINER: Membership = { ids: [], podUid: null, paths: [] };

interface Entry {
  readonly id: string;
  /** By the rank of who told. */
  readonly parts: Map<number, ContainerDetails>;
  residence: Residence;
  sandbox: boolean;
  cgroupPath: string;
  pid: number;
  namespaces: readonly number[];
  wanted: boolean;
}

export class Containers {
  /** Called when something that was known is known better. */
  onChange: () => void = () => {};
  readonly #host: Namespaces;
  readonly #namespacesOf: (pid: number) => Namespaces | null;
  readonly #filter: ContainerFilter;
  readonly #wanted: Wanted;
  readonly #published: PublishedPorts | null;
  #inquiry: Inquiry = { container: () => {}, namespace: () => {} };
  readonly #entries = new Map<string, Entry>();
  readonly #byPath = new Map<string, Entry>();
  readonly #pods = new Map<string, Pod>();
  readonly #byNamespace = new Map<number, Set<Entry>>();
  readonly #unknown = new Map<string, Residence>();
  readonly #strange = new Set<number>();
  readonly #cgroups = new Map<number, Membership>();
  readonly #ended = new Set<string>();
  readonly #chosenUnknown = new Set<string>();
  #matches = 0;

  /**
   * @param host the namespaces of those who are in no container
   * @param namespacesOf looks up a process's namespaces; null where it is gone
   * @param published told of ports; null: nobody wants to know
   */
  constructor(
    host: Namespaces,
    namespacesOf: (pid: number) => Namespaces | null,
    filter: ContainerFilter,
    wanted: Wanted,
    published: PublishedPorts | null = null,
  ) {
    this.#host = host;
    this.#namespacesOf = namespacesOf;
    this.#filter = filter;
    this.#wanted = wanted;
    this.#published = published;
  }

  /** Asks this one from now on. */
  set inquiry(inquiry: Inquiry) {
    this.#inquiry = inquiry;
  }

  /** Number of containers that the filter has chosen so far. */
  get matches(): number {
    return this.#matches;
  }

  /** What an engine told of the container; null: nothing. */
  named(id: string): Container | null {
    return this.#entries.get(id)?.residence.container ?? null;
  }

  /** Whether the filter chooses who is in these cgroups. */
  isChosen(membership: Membership): boolean {
    return this.#entryOf(membership)?.wanted === true || this.#wantsUnknown(membership);
  }

  /** The pod of a container that an engine told of; null: none. */
  podOf(id: string): Pod | null {
    return this.#entries.get(id)?.residence.pod ?? null;
  }

  /** Running containers whose first process is not known. */
  withoutPid(): string[] {
    return [...this.#entries.values()]
      .filter((entry) => entry.pid === 0 && !this.#ended.has(entry.id))
      .map((entry) => entry.id);
  }

  /**
   * Takes in what an engine tells, in place of what the same one told before.
   * @param rank of two engines that know the same container (Docker and the containerd below it) the higher counts
   */
  put(rank: number, told: ContainerDetails): void {
    const details = bounded(told);
    const { id } = details;
    let entry = this.#entries.get(id);
    if (!entry) {
      entry = {
        id,
        parts: new Map(),
        residence: NOWHERE,
        sandbox: false,
        cgroupPath: "",
        pid: 0,
        namespaces: [],
        wanted: false,
      };
      this.#entries.set(id, entry);
    }
    this.#ended.delete(id);
    this.#unknown.delete(id);
    entry.parts.set(rank, details);
    const parts = [...entry.parts].sort(([a], [b]) => b - a).map(([, part]) => part);
    const text = (of: (part: ContainerDetails) => string): string => parts.map(of).find(Boolean) ?? "";
    const labels = parts.map((part) => part.labels).find((map) => Object.keys(map).length > 0) ?? {};
    const pod = parts.find((part) => part.pod !== null)?.pod ?? podOfLabels(labels);
    entry.sandbox = parts.some((part) => part.sandbox);
    const container = { id, name: text((part) => part.name), image: text((part) => part.image), labels };
    const residence = {
      container: entry.sandbox ? null : kept(entry.residence.container, container),
      // a container stays in its pod, whoever told of it
      pod: pod === null ? entry.residence.pod : this.#internPod(pod),
    };
    if (residence.container !== entry.residence.container || residence.pod !== entry.residence.pod)
      entry.residence = residence;
    entry.cgroupPath = text((part) => part.cgroupPath);
    if (entry.cgroupPath !== "") this.#byPath.set(entry.cgroupPath, entry);
    const pid = parts.find((part) => part.pid !== 0)?.pid ?? 0;
    if (pid !== entry.pid) this.#setPid(entry, pid);
    const ports = parts.find((part) => part.published !== undefined)?.published;
    if (ports !== undefined) this.#published?.set(id, entry.pid, ports);
    this.#choose(entry);
    this.onChange();
  }

  /** A container stopped running: it stays known for its last packets, and for its next start. */
  end(id: string): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    for (const [rank, part] of entry.parts) entry.parts.set(rank, { ...part, pid: 0 });
    this.#setPid(entry, 0);
    this.#published?.clear(id);
    this.#ended.delete(id);
    this.#ended.add(id);
    if (this.#ended.size <= MAX_ENDED) return;
    for (const oldest of this.#ended) {
      this.#ended.delete(oldest);
      const gone = this.#entries.get(oldest)!;
      this.#entries.delete(oldest);
      if (this.#byPath.get(gone.cgroupPath) === gone) this.#byPath.delete(gone.cgroupPath);
      break;
    }
  }

  /** Chooses a container that no engine tells of, where a process is in its cgroup and the filter has its id. */
  chooseUnknown(membership: Membership): void {
    for (const id of membership.ids) {
      if (this.#entries.has(id) || this.#chosenUnknown.has(id)) continue;
      if (!this.#filter.ids.some((given) => isId(given, id))) continue;
      this.#chosenUnknown.add(id);
      this.#matches++;
      this.#wanted.container(id);
    }
  }

  /** RECORD_CGROUP at bytes[at …). */
  addCgroup(bytes: Uint8Array, words: Uint32Array, at: number): void {
    const u32 = (offset: number) => words[(at + offset) >>> 2]!;
    const names = (from: number, capacity: number, length: number): string[] => {
      const end = at + from + Math.min(length, capacity);
      const text = Buffer.from(bytes.buffer, bytes.byteOffset + at + from, end - at - from).toString("utf8");
      return text.split("\0").filter(Boolean);
    };
    const v2 = names(RecordCgroup.v2, RecordCgroup.v1 - RecordCgroup.v2, u32(RecordCgroup.v2Len));
    const v1 = names(RecordCgroup.v1, RecordCgroup.size - RecordCgroup.v1, u32(RecordCgroup.v1Len));
    const membership = joined([membershipOf(v2), membershipOf(v1)]);
    const number = u32(RecordCgroup.cgroup);
    this.#cgroups.set(number, membership);
    if (this.#cgroups.size > MAX_CGROUPS) {
      for (const oldest of this.#cgroups.keys()) {
        this.#cgroups.delete(oldest);
        break;
      }
    }
    const entry = this.#entryOf(membership);
    if (entry?.wanted || this.#wantsUnknown(membership)) this.#wanted.cgroup(number);
  }

  /** In which container and pod a process is: the same objects for the same ones as long as nothing changes. */
  of(where: Where): Residence {
    const membership = this.#membership(where.cgroup);
    const entry = this.#entryOf(membership);
    if (entry) return this.#residenceOf(entry, membership.podUid);
    const id = membership.ids[0];
    if (id !== undefined) return this.#unknownContainer(id, membership.podUid);
    const pod = membership.podUid === null ? undefined : this.#pods.get(membership.podUid);
    if (pod) return { container: null, pod };
    return this.#ofNamespaces(where) ?? NOWHERE;
  }

  #membership(cgroup: number): Membership {
    const membership = this.#cgroups.get(cgroup);
    if (!membership) return NOT_A_CONTAINER;
    // the latest at the end: the first is the one to be forgotten
    this.#cgroups.delete(cgroup);
    this.#cgroups.set(cgroup, membership);
    return membership;
  }

  /** The innermost container that an engine knows. */
  #entryOf({ ids, paths }: Membership): Entry | undefined {
    for (const id of ids) {
      const entry = this.#entries.get(id);
      if (entry) return entry;
    }
    if (this.#byPath.size === 0) return undefined;
    for (const path of paths) {
      const entry = this.#byPath.get(path);
      if (entry) return entry;
    }
    return undefined;
  }

  /** With the pod that its cgroup tells, where the engine that told of the container knows of no pods. */
  #residenceOf(entry: Entry, podUid: string | null): Residence {
    const { container, pod } = entry.residence;
    const told = pod === null && podUid !== null ? this.#pods.get(podUid) : undefined;
    if (told) entry.residence = { container, pod: told };
    return entry.residence;
  }

  #unknownContainer(id: string, podUid: string | null): Residence {
    const pod = podUid === null ? null : (this.#pods.get(podUid) ?? null);
    const known = this.#unknown.get(id);
    if (known && known.pod === pod) return known;
    if (!known) {
      if (this.#unknown.size >= MAX_UNKNOWN) this.#unknown.clear();
      this.#inquiry.container(id);
    }
    const container = known?.container ?? { id, name: "", image: "", labels: {} };
    const residence = { container, pod };
    this.#unknown.set(id, residence);
    return residence;
  }

  /** By the namespaces that a process shares with a container, and not with the host. */
  #ofNamespaces({ mntns, pidns, netns }: Where): Residence | null {
    for (const inode of [mntns, pidns, netns]) {
      const owners = this.#byNamespace.get(inode);
      if (!owners) continue;
      const containers = [...owners].filter((entry) => !entry.sandbox);
      if (containers.length === 1) return containers[0]!.residence;
      const pods = new Set([...owners].map((entry) => entry.residence.pod));
      const [pod] = pods;
      if (pods.size === 1 && pod) return { container: null, pod };
    }
    if (mntns !== 0 && mntns !== this.#host.mntns && !this.#strange.has(mntns)) {
      if (this.#strange.size >= MAX_UNKNOWN) this.#strange.clear();
      this.#strange.add(mntns);
      this.#inquiry.namespace(mntns);
    }
    return null;
  }

  #setPid(entry: Entry, pid: number): void {
    for (const inode of entry.namespaces) {
      const owners = this.#byNamespace.get(inode);
      owners?.delete(entry);
      if (owners?.size === 0) this.#byNamespace.delete(inode);
    }
    entry.pid = pid;
    const found = pid === 0 ? null : this.#namespacesOf(pid);
    const own: number[] = [];
    for (const kind of ["mntns", "pidns", "netns"] as const) {
      const inode = found?.[kind] ?? 0;
      if (inode !== 0 && inode !== this.#host[kind]) own.push(inode);
    }
    entry.namespaces = own;
    for (const inode of own) {
      const owners = this.#byNamespace.get(inode);
      if (owners) owners.add(entry);
      else this.#byNamespace.set(inode, new Set([entry]));
      if (entry.wanted) this.#wantNamespace(inode);
    }
  }

  #wantNamespace(inode: number): void {
    const owners = this.#byNamespace.get(inode);
    if (owners && [...owners].every((owner) => owner.wanted)) this.#wanted.namespace(inode);
  }

  /** Tells the kernel of a container that the filter chooses. */
  #choose(entry: Entry): void {
    if (entry.wanted || !isChosenContainer(this.#filter, entry.id, entry.residence)) return;
    entry.wanted = true;
    this.#matches++;
    for (const key of keysOf(entry, this.#filter)) this.#wanted.container(key);
    for (const inode of entry.namespaces) this.#wantNamespace(inode);
    for (const [number, membership] of this.#cgroups)
      if (this.#entryOf(membership) === entry) this.#wanted.cgroup(number);
  }

  /** A container that no engine tells of can still be chosen by its id. */
  #wantsUnknown({ ids }: Membership): boolean {
    return ids.some(
      (id) => !this.#entries.has(id) && this.#filter.ids.some((prefix) => id.startsWith(prefix)),
    );
  }

  #internPod(pod: Pod): Pod {
    const known = this.#pods.get(pod.uid) ?? null;
    const richer = known && Object.keys(pod.annotations).length + Object.keys(pod.labels).length === 0;
    const same = richer ? known : kept(known, pod);
    if (pod.uid === "") return same;
    // a pod is as long remembered as its containers, and then some
    this.#pods.delete(pod.uid);
    this.#pods.set(pod.uid, same);
    if (this.#pods.size > 2 * MAX_ENDED) {
      for (const oldest of this.#pods.keys()) {
        this.#pods.delete(oldest);
        break;
      }
    }
    return same;
  }
}

/** True if any container or pod is asked for. */
export function hasContainerChoice(filter: ContainerFilter): boolean {
  return filter.ids.length + filter.names.length + filter.pods.length > 0;
}

/** Whether the filter chooses a container: the union of what is given. */
export function isChosenContainer(
  filter: ContainerFilter,
  id: string,
  { container, pod }: Residence,
): boolean {
  return (
    (id !== "" && filter.ids.some((given) => isId(given, id))) ||
    (container !== null && container.name !== "" && filter.names.includes(container.name)) ||
    (pod !== null &&
      filter.pods.some(({ name, namespace }) => pod.name === name && pod.namespace === namespace))
  );
}

/** Whether what a user gave is this id: all of it, or its beginning as engines show it. */
function isId(given: string, id: string): boolean {
  return given === id || (given.length >= SHORT_ID && id.startsWith(given));
}

/** What the cgroups of a container are called, for the kernel; a chosen pod's, so that those to come are known. */
function keysOf({ id, cgroupPath, residence }: Entry, { pods }: ContainerFilter): string[] {
  const keys: string[] = [];
  const { pod } = residence;
  if (pod?.uid && pods.some(({ name, namespace }) => pod.name === name && pod.namespace === namespace))
    keys.push(`pod${pod.uid}`, `pod${pod.uid.replaceAll("-", "_")}`);
  if (/^[0-9a-f]{64}$/.test(id)) keys.push(id);
  else if (cgroupPath !== "") keys.push(cgroupPath.split("/").slice(-2).join("/"));
  return keys;
}

const POD_LABELS = {
  name: "io.kubernetes.pod.name",
  namespace: "io.kubernetes.pod.namespace",
  uid: "io.kubernetes.pod.uid",
} as const;

/** The pod that Kubernetes wrote into a container's labels; null if none. */
export function podOfLabels(labels: Readonly<Record<string, string>>): Pod | null {
  const name = labels[POD_LABELS.name];
  if (!name) return null;
  const namespace = labels[POD_LABELS.namespace] ?? "";
  return { name, namespace, uid: labels[POD_LABELS.uid] ?? "", labels: {}, annotations: {} };
}

/** The object known before where nothing has changed: sinks keep what they made of it. */
function kept<T>(known: T | null, told: T): T {
  return known !== null && JSON.stringify(known) === JSON.stringify(told) ? known : told;
}

function bounded(details: ContainerDetails): ContainerDetails {
  const { pod } = details;
  return {
    ...details,
    id: boundedText(details.id),
    name: boundedText(details.name),
    image: boundedText(details.image),
    labels: boundedMap(details.labels),
    pod: pod && {
      name: boundedText(pod.name),
      namespace: boundedText(pod.namespace),
      uid: boundedText(pod.uid),
      labels: boundedMap(pod.labels),
      annotations: boundedMap(pod.annotations),
    },
  };
}

function boundedText(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}...`;
}

function boundedMap(map: Readonly<Record<string, string>>): Record<string, string> {
  const entries: [string, string][] = [];
  let room = MAX_MAP;
  for (const [key, value] of Object.entries(map)) {
    const entry: [string, string] = [boundedText(key), boundedText(value)];
    room -= entry[0].length + entry[1].length;
    if (entries.length === MAX_ENTRIES || room < 0) break;
    entries.push(entry);
  }
  return Object.fromEntries(entries);
}
