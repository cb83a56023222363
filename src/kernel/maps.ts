// The kernel side's memory: every map, what is in it, how much it can take and what happens when it is full. The
// sizes themselves stand in bpf/include; docs/hooks.md shows both, and a test compares them.

export interface MapRow {
  /** Map in bpf/include. */
  readonly name: string;
  readonly holds: string;
  /** What happens when it is full. */
  readonly full: string;
  /** Most that it can take, KiB, rounded up; per CPU where it is per CPU. 0: see `holds`. */
  readonly kib: number;
}

const COUNTED = "the entry is left out, counted and reported at the end";
const REFUSED = "the filter is refused before the capture starts";

export const MAPS: readonly MapRow[] = [
  {
    name: "ring",
    holds: "records for the reader; -B sets its size, 32 MiB without",
    full: "the packet is counted as dropped; a process or context as one that could not be noted",
    kib: 32 * 1024 + 200,
  },
  {
    name: "packets",
    holds:
      "packets for the reader, by CPU, before Linux 5.8: perf buffers that with those of `tellings` take no more than the ring would, or 512 KiB for each CPU; this and the next seven are not in the usual objects",
    full: "the packet is counted as dropped",
    kib: 1,
  },
  { name: "wakers", holds: "the same buffers, for a reader that sleeps", full: "cannot be", kib: 1 },
  {
    name: "tellings",
    holds: "perf buffers for what is told of processes",
    full: "the process or thread is told anew when it is seen again; counted as one that could not be noted",
    kib: 1,
  },
  {
    name: "staged_records",
    holds: "what a program tells of processes, until it ends, per CPU",
    full: "counted as an owner that could not be noted",
    kib: 114,
  },
  { name: "stages", holds: "how much of that there is, per CPU", full: "cannot be", kib: 1 },
  { name: "handed", holds: "whose the packet at hand is, per CPU", full: "cannot be", kib: 1 },
  { name: "scanners", holds: "who looks through /proc at the start", full: "cannot be", kib: 1 },
  { name: "counters", holds: "counters, per CPU", full: "cannot be", kib: 1 },
  {
    name: "scratch",
    holds: "a packet's ends and owner while it is looked at, per CPU",
    full: "a task that came between two others with such numbers is not told of before its next packet",
    kib: 10,
  },
  { name: "container_keys", holds: "a name while it is looked up, per CPU", full: "cannot be", kib: 5 },
  {
    name: "losses",
    holds: "packets lost, by device",
    full: "losses of further devices are in the total only",
    kib: 500,
  },
  {
    name: "ids",
    holds: "tokens that ids are drawn with",
    full: "the opposite, none left, is counted as an owner that could not be noted",
    kib: 2,
  },
  {
    name: "devices",
    holds: "the interfaces captured on, where a backend sees all (--backend); not in tc's object",
    full: "packets of further interfaces are left out",
    kib: 5 * 1024,
  },
  {
    name: "packets_sent",
    holds:
      "who sent the last packets, by the address of their bytes (--backend socket-filter); not in tc's object",
    full: "a packet that waits behind so many others to be sent is named by its socket",
    kib: 3 * 1024,
  },
  {
    name: "revised_owners",
    holds: "owners as packets have shown them since; there, too",
    full: "packets of the one used longest ago are named for who used the socket before",
    kib: 3 * 1024,
  },
  {
    name: "readings",
    holds: "a socket's owner while it is read, per CPU; there, too",
    full: "cannot be",
    kib: 1,
  },
  { name: "filters", holds: "the filter programs of --backend tp-btf", full: "cannot be", kib: 1 },
  {
    name: "offsets",
    holds: "where the packet at hand begins, per CPU; there, too",
    full: "cannot be",
    kib: 1,
  },
  { name: "captures", holds: "the capture programs", full: "cannot be", kib: 1 },
  {
    name: "owners",
    holds: "the owner of each socket, in the socket's own storage (about 100 bytes), gone with the socket",
    full: "counted, where net.core.optmem_max leaves a socket no room",
    kib: 0,
  },
  {
    name: "owners_by_address",
    holds: "the owner of each socket by its address, gone with the socket; one entry where storage is used",
    full: "the socket used longest ago is unnamed until its next use",
    kib: 13 * 1024,
  },
  {
    name: "processes",
    holds: "processes by pid, from their first sight to their end",
    full: "the one used longest ago is told anew when it is seen again",
    kib: 6145,
  },
  {
    name: "threads",
    holds: "threads that used a socket, by tid",
    full: "the one used longest ago is told anew when it is seen again",
    kib: 4097,
  },
  {
    name: "flows",
    holds: "owners of closed connections, fragments and pings, by addresses and ports",
    full: "late packets of the one used longest ago are unnamed",
    kib: 8705,
  },
  {
    name: "translations",
    holds: "ends of packets in transit (NAT), by what is seen on a device; one entry where none can be",
    full: "packets in transit of the flow used longest ago are unnamed until its next own packet",
    kib: 11 * 1024,
  },
  {
    name: "published_ports",
    holds: "ports that a container engine translates to its containers'",
    full: "the port is taken for that of the program which listens on it",
    kib: 400,
  },
  {
    name: "cgroups",
    holds: "cgroups that processes are in",
    full: "the one used longest ago is told anew when it is seen again",
    kib: 1409,
  },
  {
    name: "wanted_pids",
    holds: "pids that --pid and -f choose, gone with the process",
    full: COUNTED,
    kib: 10 * 1024,
  },
  { name: "wanted_uids", holds: "users that --uid chooses", full: REFUSED, kib: 90 },
  { name: "wanted_names", holds: "names that --pname chooses", full: REFUSED, kib: 100 },
  { name: "wanted_programs", holds: "longer names that --pname chooses", full: REFUSED, kib: 360 },
  {
    name: "wanted_containers",
    holds: "ids of containers and pods that are chosen",
    full: COUNTED,
    kib: 2560,
  },
  { name: "wanted_cgroups", holds: "cgroups of these", full: COUNTED, kib: 5 * 1024 },
  { name: "wanted_namespaces", holds: "namespaces of these", full: COUNTED, kib: 1280 },
];
