// What every container engine's client has in common.
import type { ContainerDetails } from "../containers.ts";

/** Takes in what an engine tells. */
export interface Told {
  put(details: ContainerDetails): void;
  /** The container stopped running, or was removed. */
  end(id: string): void;
}

/** A client of an engine at one address. Nothing of it waits for a limited time: that is its user's business. */
export interface Runtime {
  /**
   * Tells of all containers, then follows what happens to them.
   * `listed` resolves when all that there were have been told; it rejects where the engine cannot be understood.
   * `ended` resolves when the connection is over, with the reason.
   */
  start(told: Told): { listed: Promise<void>; ended: Promise<Error> };
  /** Asks about one container, and tells it; false where there is none of that id. */
  inspect(id: string): Promise<boolean>;
  /** Ends everything. */
  close(): void;
}

/** The code of an error that says: whoever listens there is no such engine. */
export const NOT_SUPPORTED = "ENOTSUP";

/** @param path of the engine's Unix socket */
export type OpenRuntime = (path: string) => Runtime;

/** A string of an engine's answer; "" for anything else. */
export function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** An object of an engine's answer; an empty one for anything else. */
export function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

/** A map of strings of an engine's answer. */
export function strings(value: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(record(value)).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

/** The name that Kubernetes gave a container, if it made it: engines know it by a longer one, made up. */
export function kubernetesName(labels: Readonly<Record<string, string>>): string {
  return labels["io.kubernetes.container.name"] ?? "";
}

/** True for a container of a pod, by the label of containerd's CRI: its other clients need not be Kubernetes. */
export function isOfPod(labels: Readonly<Record<string, string>>): boolean {
  return labels["io.cri-containerd.kind"] !== undefined;
}

/** True for a container that only holds a pod's namespaces, by the labels of Kubernetes' own clients. */
export function isSandbox(labels: Readonly<Record<string, string>>): boolean {
  return (
    labels["io.kubernetes.docker.type"] === "podsandbox" || labels["io.cri-containerd.kind"] === "sandbox"
  );
}
