// From a cgroup's path to the container and the pod that it belongs to. Engines name the cgroups that they make
// after the container (its id: 64 hexadecimal digits), and the kubelet those of pods after their UID:
//
//     /docker/ID                                                Docker, cgroupfs driver
//     /system.slice/docker-ID.scope                             Docker, systemd driver
//     /machine.slice/libpod-ID.scope/container                  Podman
//     /kubepods/burstable/podUID/ID                             Kubernetes, cgroupfs driver
//     /kubepods.slice/…/kubepods-burstable-podUID.slice/cri-containerd-ID.scope
//     /system.slice/containerd.service/kubepods-…podUID.slice:cri-containerd:ID
//     /default/web                                              containerd: NAMESPACE/ID, the id freely chosen
//
// The last form says nothing by itself: such a container is known by its whole path, from the engine.

/** What a process's cgroups tell. */
export interface Membership {
  /** Ids of the containers, the innermost first (a container in a container has two); usually one or none. */
  readonly ids: readonly string[];
  /** UID of the innermost pod; null: in none. */
  readonly podUid: string | null;
  /** The cgroups themselves and all above them, the innermost first: "/a/b/c", "/a/b", "/a". */
  readonly paths: readonly string[];
}

const CONTAINER = /^(?:(.*)[-:])?([0-9a-f]{64})(?:\.scope)?$/;
/** Prefixes of cgroups that are named after a container without being its: those of its monitor. */
const MONITOR = /(?:^|-)conmon$/;
// A UID, with "_" for "-" in a systemd slice; pods from a file have the hash of it instead.
const POD =
  /(?:^|-)pod([0-9a-f]{8}([-_])[0-9a-f]{4}\2[0-9a-f]{4}\2[0-9a-f]{4}\2[0-9a-f]{12}|[0-9a-f]{32})(?:\.slice(?::.*)?)?$/;

/** What the names of a cgroup and those above it tell, the innermost first. */
export function membershipOf(names: readonly string[]): Membership {
  const ids: string[] = [];
  let podUid: string | null = null;
  for (const name of names) {
    const container = CONTAINER.exec(name);
    if (container && !MONITOR.test(container[1] ?? "") && !ids.includes(container[2]!))
      ids.push(container[2]!);
    podUid ??= POD.exec(name)?.[1]?.replaceAll("_", "-") ?? null;
  }
  const paths: string[] = [];
  let path = "";
  for (const name of names.toReversed()) {
    path += `/${name}`;
    paths.unshift(path);
  }
  return { ids, podUid, paths };
}

/** What several hierarchies tell together (a hybrid host): of ids the first that tells any. */
export function joined(memberships: readonly Membership[]): Membership {
  return {
    ids: memberships.find(({ ids }) => ids.length > 0)?.ids ?? [],
    podUid: memberships.find(({ podUid }) => podUid !== null)?.podUid ?? null,
    paths: [...new Set(memberships.flatMap(({ paths }) => paths))],
  };
}

/** What /proc/PID/cgroup tells (cgroups(7)): lines "number:controllers:path", of v2 with neither number nor name. */
export function membershipOfProcess(text: string): Membership {
  const lines = text
    .split("\n")
    .flatMap((line) => /^\d+:[^:]*:(\/.*?)(?: \(deleted\))?$/.exec(line)?.[1] ?? []);
  return joined(lines.map((path) => membershipOf(path.split("/").filter(Boolean).reverse())));
}
