// containerd, over gRPC: https://github.com/containerd/containerd/tree/main/api. A container is in one of
// containerd's namespaces (moby: Docker's, k8s.io: Kubernetes', default: ctr's), which every call names.
import type { ContainerDetails } from "../containers.ts";
import { Connection, isNotFound } from "./grpc.ts";
import { Message } from "./protobuf.ts";
import { isSandbox, kubernetesName, type Runtime, record, type Told, text } from "./runtime.ts";

const NAMESPACES = "/containerd.services.namespaces.v1.Namespaces";
const CONTAINERS = "/containerd.services.containers.v1.Containers";
const TASKS = "/containerd.services.tasks.v1.Tasks";
const EVENTS = "/containerd.services.events.v1.Events";
/** Namespaces that are listed; nobody has more. */
const MAX_NAMESPACES = 256;

export function openContainerd(path: string): Runtime {
  return new Containerd(path);
}

class Containerd implements Runtime {
  readonly #connection: Connection;
  #told: Told = { put: () => {}, end: () => {} };
  readonly #namespaces = new Set<string>();

  constructor(path: string) {
    this.#connection = new Connection(path);
  }

  start(told: Told): { listed: Promise<void>; ended: Promise<Error> } {
    this.#told = told;
    const filters = ['topic~="^/containers/"', 'topic=="/tasks/start"', 'topic=="/tasks/exit"'];
    const fields = filters.map((filter) => [1, filter] as const);
    const ended = this.#connection
      .stream(`${EVENTS}/Subscribe`, fields, (envelope) => this.#event(envelope))
      .then(
        () => new Error("the connection was closed"),
        (error: Error) => error,
      );
    return { listed: this.#list(), ended };
  }

  async inspect(id: string): Promise<boolean> {
    for (const namespace of this.#namespaces) if (await this.#inspect(namespace, id)) return true;
    return false;
  }

  close(): void {
    this.#connection.close();
  }

  async #list(): Promise<void> {
    const answer = await this.#connection.call(`${NAMESPACES}/List`, []);
    for (const namespace of answer.messages(1)) this.#add(namespace.text(1));
    for (const namespace of this.#namespaces) {
      const metadata = { "containerd-namespace": namespace };
      const tasks = await this.#connection.call(`${TASKS}/List`, [], metadata);
      const pids = new Map(tasks.messages(1).map((task) => [task.text(1) || task.text(2), task.number(3)]));
      const take = (message: Message) => this.#put(message.message(1), pids);
      await this.#connection.stream(`${CONTAINERS}/ListStream`, [], take, metadata);
    }
  }

  #add(namespace: string): void {
    if (namespace !== "" && this.#namespaces.size < MAX_NAMESPACES) this.#namespaces.add(namespace);
  }

  async #inspect(namespace: string, id: string): Promise<boolean> {
    const metadata = { "containerd-namespace": namespace };
    try {
      const answer = await this.#connection.call(`${CONTAINERS}/Get`, [[1, id]], metadata);
      const task = await this.#connection
        .call(`${TASKS}/Get`, [[1, id]], metadata)
        .catch(() => new Message(new Uint8Array(0)));
      this.#put(answer.message(1), new Map([[id, task.message(1).number(3)]]));
      return true;
    } catch (error) {
      if (isNotFound(error)) return false;
      throw error;
    }
  }

  #put(container: Message, pids: ReadonlyMap<string, number>): void {
    const id = container.text(1);
    if (id === "") return;
    const pid = pids.get(id) ?? 0;
    this.#told.put(detailsOf(container, pid));
    if (pid === 0) this.#told.end(id);
  }

  #event(envelope: Message): void {
    const namespace = envelope.text(2);
    this.#add(namespace);
    const event = new Message(envelope.message(4).bytes(2) ?? new Uint8Array(0));
    const id = event.text(1);
    switch (envelope.text(3)) {
      case "/containers/create":
      case "/containers/update":
      case "/tasks/start":
        this.#inspect(namespace, id).catch(() => {});
        break;
      case "/tasks/exit":
        // another process of the container has an id of its own
        if (event.text(2) === id) this.#told.end(id);
        break;
      case "/containers/delete":
        this.#told.end(id);
        break;
    }
  }
}

/** A containerd.services.containers.v1.Container. */
function detailsOf(container: Message, pid: number): ContainerDetails {
  const id = container.text(1);
  const labels = container.map(2);
  const chosen = /^[0-9a-f]{64}$/.test(id) ? "" : id;
  return {
    id,
    name: kubernetesName(labels) || labels["nerdctl/name"] || chosen,
    image: container.text(3),
    labels,
    pod: null,
    sandbox: isSandbox(labels),
    pid,
    cgroupPath: chosen === "" ? "" : cgroupPath(container.message(5).bytes(2)),
  };
}

/** linux.cgroupsPath of an OCI runtime specification, if it is a path and not systemd's "slice:prefix:name". */
function cgroupPath(specification: Uint8Array | null): string {
  if (specification === null) return "";
  try {
    const path = text(
      record(record(JSON.parse(Buffer.from(specification).toString("utf8")))["linux"])["cgroupsPath"],
    );
    return path.startsWith("/") ? path : "";
  } catch {
    return "";
  }
}
