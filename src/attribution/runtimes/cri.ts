// Kubernetes' Container Runtime Interface, over gRPC: https://github.com/kubernetes/cri-api, versions v1 and v1alpha2,
// whose messages are the same as far as they are used here.
import type { Pod } from "../../model/context.ts";
import type { ContainerDetails } from "../containers.ts";
import { Connection, isUnimplemented } from "./grpc.ts";
import type { Message } from "./protobuf.ts";
import { NOT_SUPPORTED, type Runtime, record, type Told } from "./runtime.ts";

const VERSIONS = ["runtime.v1", "runtime.v1alpha2"];
/** Where the engine tells of no events (before CRI 1.26), it is asked so often, ms. */
const POLL = 2000;
const CONTAINER_RUNNING = 1;
const SANDBOX_READY = 0;
const EVENT_STOPPED = 2;

export function openCri(path: string): Runtime {
  return new Cri(path);
}

class Cri implements Runtime {
  readonly #connection: Connection;
  #told: Told = { put: () => {}, end: () => {} };
  #service = "";
  /** id → state: what was told already. */
  #states = new Map<string, number>();
  #pods = new Map<string, Pod>();
  #timer: NodeJS.Timeout | null = null;
  #closed = false;
  #end: (error: Error) => void = () => {};

  constructor(path: string) {
    this.#connection = new Connection(path);
  }

  start(told: Told): { listed: Promise<void>; ended: Promise<Error> } {
    this.#told = told;
    const ended = new Promise<Error>((resolve) => {
      this.#end = resolve;
    });
    return { listed: this.#begin(), ended };
  }

  async inspect(id: string): Promise<boolean> {
    if (this.#service === "") return false;
    const answer = await this.#call("ListContainers", [[1, [[1, id]]]]);
    const container = answer.messages(1).find((candidate) => candidate.text(1) === id);
    if (!container) return false;
    if (!this.#pods.has(container.text(2))) {
      const sandboxes = await this.#call("ListPodSandbox", [[1, [[1, container.text(2)]]]]);
      for (const sandbox of sandboxes.messages(1)) this.#putSandbox(sandbox);
    }
    this.#put(container, await this.#pid(id));
    return true;
  }

  close(): void {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    this.#connection.close();
  }

  async #begin(): Promise<void> {
    this.#service = await this.#version();
    void this.#follow();
    await this.#list();
  }

  /** The service of the newest version that the engine has. */
  async #version(): Promise<string> {
    for (const version of VERSIONS) {
      const service = `/${version}.RuntimeService`;
      try {
        await this.#connection.call(`${service}/Version`, []);
        return service;
      } catch (error) {
        if (!isUnimplemented(error)) throw error;
      }
    }
    throw Object.assign(new Error("no container runtime interface of Kubernetes"), { code: NOT_SUPPORTED });
  }

  #call(method: string, fields: Parameters<Connection["call"]>[1]): Promise<Message> {
    return this.#connection.call(`${this.#service}/${method}`, fields);
  }

  async #list(): Promise<void> {
    const sandboxes = await this.#call("ListPodSandbox", []);
    const containers = await this.#call("ListContainers", []);
    const states = new Map<string, number>();
    const before = this.#states;
    this.#states = states;
    const changed = (item: Message, state: number): boolean => {
      const id = item.text(1);
      states.set(id, state);
      return before.get(id) !== state;
    };
    this.#pods = new Map(sandboxes.messages(1).map((item) => [item.text(1), podOf(item)]));
    for (const item of sandboxes.messages(1)) if (changed(item, item.number(3))) this.#putSandbox(item);
    for (const item of containers.messages(1)) if (changed(item, item.number(6))) this.#put(item, 0);
    for (const id of before.keys()) if (!states.has(id)) this.#told.end(id);
  }

  /** Follows the events, or asks again and again. */
  async #follow(): Promise<void> {
    try {
      const take = (event: Message) => this.#event(event);
      await this.#connection.stream(`${this.#service}/GetContainerEvents`, [], take);
      this.#end(new Error("the connection was closed"));
    } catch (error) {
      if (isUnimplemented(error)) this.#poll();
      else this.#end(error as Error);
    }
  }

  #poll(): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#list().then(
        () => this.#poll(),
        (error: Error) => this.#end(error),
      );
    }, POLL).unref();
  }

  #event(event: Message): void {
    const id = event.text(1);
    if (event.number(2) >= EVENT_STOPPED) this.#told.end(id);
    else this.inspect(id).catch(() => {});
  }

  #putSandbox(sandbox: Message): void {
    const pod = podOf(sandbox);
    this.#pods.set(sandbox.text(1), pod);
    this.#told.put({
      id: sandbox.text(1),
      name: "",
      image: "",
      labels: sandbox.map(5),
      pod,
      sandbox: true,
      pid: 0,
      cgroupPath: "",
    });
    if (sandbox.number(3) !== SANDBOX_READY) this.#told.end(sandbox.text(1));
  }

  #put(container: Message, pid: number): void {
    const details: ContainerDetails = {
      id: container.text(1),
      name: container.message(3).text(1),
      image: container.message(4).text(1),
      labels: container.map(8),
      pod: this.#pods.get(container.text(2)) ?? null,
      sandbox: false,
      pid,
      cgroupPath: "",
    };
    if (details.id === "") return;
    this.#told.put(details);
    if (container.number(6) > CONTAINER_RUNNING) this.#told.end(details.id);
  }

  /** The first process, from what engines tell besides ("verbose"); 0 where they do not. */
  async #pid(id: string): Promise<number> {
    try {
      const answer = await this.#call("ContainerStatus", [
        [1, id],
        [2, true],
      ]);
      const { pid } = record(JSON.parse(answer.map(2)["info"] ?? "{}"));
      return typeof pid === "number" ? pid : 0;
    } catch {
      return 0;
    }
  }
}

/** A PodSandbox. */
function podOf(sandbox: Message): Pod {
  const metadata = sandbox.message(2);
  return {
    name: metadata.text(1),
    namespace: metadata.text(3),
    uid: metadata.text(2),
    labels: sandbox.map(5),
    annotations: sandbox.map(6),
  };
}
