// Podman's service answers as the Docker Engine does: https://docs.podman.io/en/latest/_static/api.html ("compat").
import { openDocker } from "./docker.ts";
import type { Runtime } from "./runtime.ts";

export function openPodman(path: string): Runtime {
  return openDocker(path);
}
