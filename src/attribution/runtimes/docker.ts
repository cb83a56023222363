// Docker Engine, over its Unix socket: https://docs.docker.com/reference/api/engine/ (Podman answers the same).
// Paths carry no version: the engine then takes its own, and what is used here is in all of them since 1.24.
import { Agent, type IncomingMessage, request } from "node:http";
import type { ContainerDetails } from "../containers.ts";
import type { PublishedPort } from "../published.ts";
import { isSandbox, kubernetesName, type Runtime, record, strings, type Told, text } from "./runtime.ts";

/** The longest answer that is read, and the longest event, bytes: an engine with 10,000 containers needs 30 MB. */
const MAX_ANSWER = 128 << 20;
const MAX_EVENT = 1 << 20;
/** What the engine adds to a container's labels in the attributes of its events. */
const ADDED = ["image", "name", "oldName", "exitCode", "signal", "execID", "execDuration"];

export function openDocker(path: string): Runtime {
  return new Docker(path);
}

class Docker implements Runtime {
  readonly #path: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 4 });
  #told: Told = { put: () => {}, end: () => {} };
  #events: IncomingMessage | null = null;
  #closed = false;

  constructor(path: string) {
    this.#path = path;
  }

  start(told: Told): { listed: Promise<void>; ended: Promise<Error> } {
    this.#told = told;
    // the events first: what happens between the two is told twice rather than never
    const ended = this.#follow();
    return { listed: this.#list(), ended };
  }

  async inspect(id: string): Promise<boolean> {
    const { status, body } = await this.#get(`/containers/${encodeURIComponent(id)}/json`);
    if (status !== 200) return false;
    const details = inspected(body);
    if (details.id === "") return false;
    this.#told.put(details);
    return true;
  }

  close(): void {
    this.#closed = true;
    this.#events?.destroy();
    this.#agent.destroy();
  }

  async #list(): Promise<void> {
    const { status, body } = await this.#get("/containers/json?all=1");
    if (status !== 200 || !Array.isArray(body))
      throw new Error(`unexpected answer to a list (status ${status})`);
    const publishing: string[] = [];
    for (const item of body) {
      const details = listed(item);
      if (details.id === "") continue;
      this.#told.put(details);
      if (!isRunning(item)) this.#told.end(details.id);
      else if (publishes(item)) publishing.push(details.id);
    }
    // lists tell neither the first process nor all addresses
    await Promise.all(publishing.map((id) => this.inspect(id).catch(() => {})));
  }

  async #follow(): Promise<Error> {
    try {
      const filters = encodeURIComponent(JSON.stringify({ type: ["container"] }));
      const response = await this.#send(`/events?filters=${filters}`, false);
      this.#events = response;
      if (response.statusCode !== 200) throw new Error(`unexpected answer (status ${response.statusCode})`);
      let rest = "";
      response.setEncoding("utf8");
      for await (const chunk of response) {
        const lines = `${rest}${chunk as string}`.split("\n");
        rest = lines.pop() ?? "";
        if (rest.length > MAX_EVENT) throw new Error("unexpected answer (an event without end)");
        for (const line of lines) if (line.trim() !== "") this.#event(JSON.parse(line));
      }
      return new Error("the connection was closed");
    } catch (error) {
      return error as Error;
    } finally {
      this.#events?.destroy();
    }
  }

  #event(value: unknown): void {
    const { Action, Actor } = record(value);
    const { ID, Attributes } = record(Actor);
    const id = text(ID);
    if (id === "") return;
    const attributes = strings(Attributes);
    switch (text(Action)) {
      case "create":
      case "start":
      case "restart":
      case "rename": {
        // at once, for the first packet may follow; then exactly, for labels may be called as what is added
        const labels = { ...attributes };
        for (const name of ADDED) delete labels[name];
        this.#told.put(details(id, attributes["name"] ?? "", attributes["image"] ?? "", labels, 0));
        this.inspect(id).catch(() => {});
        break;
      }
      case "die":
      case "died":
      case "destroy":
      case "remove":
        this.#told.end(id);
        break;
    }
  }

  async #get(path: string): Promise<{ status: number; body: unknown }> {
    const response = await this.#send(path, true);
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of response) {
      length += (chunk as Buffer).length;
      if (length > MAX_ANSWER) {
        response.destroy();
        throw new Error("unexpected answer (without end)");
      }
      chunks.push(chunk as Buffer);
    }
    let body: unknown = null;
    try {
      body = JSON.parse(Buffer.concat(chunks).toString("utf8"));
    } catch {
      throw new Error("unexpected answer (not JSON)");
    }
    return { status: response.statusCode ?? 0, body };
  }

  #send(path: string, keep: boolean): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      if (this.#closed) {
        reject(new Error("closed"));
        return;
      }
      const sent = request({
        socketPath: this.#path,
        path,
        headers: { host: "localhost" },
        agent: keep ? this.#agent : false,
      });
      sent.on("response", resolve).on("error", reject);
      sent.end();
    });
  }
}

function details(
  id: string,
  name: string,
  image: string,
  labels: Record<string, string>,
  pid: number,
): ContainerDetails {
  return {
    id,
    name: kubernetesName(labels) || name.replace(/^\//, ""),
    image,
    labels,
    pod: null,
    sandbox: isSandbox(labels),
    pid,
    cgroupPath: "",
  };
}

function isRunning(item: unknown): boolean {
  const { State } = record(item);
  return State === "running" || State === "paused" || State === "restarting";
}

/** Whether an item of GET /containers/json has ports of the host's. */
function publishes(item: unknown): boolean {
  const { Ports } = record(item);
  return Array.isArray(Ports) && Ports.some((port) => record(port)["PublicPort"] !== undefined);
}

/** Ports of GET /containers/{id}/json: {"80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "8080"}]}. */
function publishedPorts(settings: unknown): PublishedPort[] {
  const { Ports, Networks } = record(settings);
  const addresses = Object.values(record(Networks)).flatMap((network) => {
    const { IPAddress, GlobalIPv6Address } = record(network);
    return [text(IPAddress), text(GlobalIPv6Address)].filter(Boolean);
  });
  return Object.entries(record(Ports)).flatMap(([name, hosts]) => {
    const [port, protocol] = name.split("/");
    if (port === undefined || protocol === undefined || !Array.isArray(hosts)) return [];
    return hosts.map((host) => {
      const { HostIp, HostPort } = record(host);
      return {
        protocol,
        hostAddress: text(HostIp) || "0.0.0.0",
        hostPort: Number(text(HostPort)),
        addresses,
        port: Number(port),
      };
    });
  });
}

/** An item of GET /containers/json. */
function listed(item: unknown): ContainerDetails {
  const { Id, Names, Image, Labels } = record(item);
  const names = Array.isArray(Names) ? Names.map(text) : [];
  // others are the names that linked containers know it by: /other/alias
  const name = names.find((candidate) => candidate.lastIndexOf("/") <= 0) ?? "";
  return details(text(Id), name, text(Image), strings(Labels), 0);
}

/** The answer to GET /containers/{id}/json. */
function inspected(body: unknown): ContainerDetails {
  const { Id, Name, Config, State, NetworkSettings } = record(body);
  const { Image, Labels } = record(Config);
  const { Pid } = record(State);
  return {
    ...details(text(Id), text(Name), text(Image), strings(Labels), typeof Pid === "number" ? Pid : 0),
    published: publishedPorts(NetworkSettings),
  };
}
