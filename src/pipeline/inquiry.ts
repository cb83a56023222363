// What is asked of libpcap instead of capturing: link types (-L), kinds of time stamps (-J), compiled code (-d).
import type { Addon } from "../addon/addon.ts";
import { listing } from "../filter/classic.ts";
import { compileAs, compileForFile, compileOn } from "../filter/expression.ts";
import { BACKENDS } from "../kernel/backends.ts";
import { Failure } from "../model/failure.ts";
import type { Settings } from "../model/settings.ts";
import { linkTypeName, linkTypeOfDlt } from "../savefile/linktype.ts";
import { openSavefile } from "../savefile/savefile.ts";
import { ANY, defaultDevice, deviceName } from "./interfaces.ts";

/** DLT_LINUX_SLL2: what tcpdump captures "any" with. */
const SLL2 = 276;
const ETHERNET = 1;
const RAW = 101;

/** The device that a question is about: the last that -i names, as tcpdump takes it. */
function asked(addon: Addon, { interfaces }: Settings): string {
  const name = interfaces.at(-1);
  return name === undefined ? defaultDevice(addon) : deviceName(addon, name);
}

/** What -L prints, lines with their ends. Throws Failure where the device does not open. */
export async function linkTypeList(addon: Addon, settings: Settings): Promise<string> {
  // all protocols come with it
  const { canPrint } = await import("../sink/text.ts");
  const device = asked(addon, settings);
  refuseMonitor(addon, settings, device);
  if (BACKENDS[settings.backend].headerless)
    return `Data link types for ${device} (use option -y to set):\n  RAW (Raw IP)\n`;
  let text = `Data link types for ${device} (use option -y to set):\n`;
  for (const { dlt, name, description } of opened(device, () => addon.pcapLinkTypes(device))) {
    if (name === "") text += `  DLT ${dlt} (printing not supported)\n`;
    else
      text += `  ${name} (${description})${canPrint(linkTypeOfDlt(dlt)) ? "" : " (printing not supported)"}\n`;
  }
  return text;
}

/** What -J prints, lines with their ends. */
export function clockList(addon: Addon, settings: Settings): string {
  const device = asked(addon, settings);
  const clocks = opened(device, () => addon.pcapClocks(device));
  if (clocks.length === 0) return `Time stamp type cannot be set for ${device}\n`;
  const lines = clocks.map(({ name, description }) => `  ${name} (${description})\n`);
  return `Time stamp types for ${device} (use option -j to set):\n${lines.join("")}`;
}

/**
 * What -d prints, lines with their ends; `say` takes what goes to standard error. `file`: the one to read, null if
 * none. Throws Failure where file or device do not open, or the expression does not compile.
 */
export function code(
  addon: Addon,
  settings: Settings,
  file: string | null,
  say: (line: string) => void,
  opening: (name: string, savefile: ReturnType<typeof openSavefile>) => string,
): string {
  const { expression, snaplen, optimize } = settings;
  const style = settings.code === 0 ? 1 : settings.code;
  if (file !== null) {
    const savefile = openSavefile(file);
    try {
      say(opening(file, savefile));
      const { linkType } = savefile;
      const options = { linkType, snaplen: savefile.snaplen, optimize };
      return listing(compileForFile(addon, expression, options), style);
    } finally {
      savefile.close();
    }
  }
  if (BACKENDS[settings.backend].headerless)
    return listing(compileAs(addon, expression, { linkType: RAW, snaplen, optimize }), style);
  const wanted = settings.linkType === null ? null : linkTypeNamed(addon, settings.linkType);
  if (settings.interfaces.length === 0) {
    if (wanted === null) say("Warning: assuming Ethernet");
    return listing(compileAs(addon, expression, { linkType: wanted ?? ETHERNET, snaplen, optimize }), style);
  }
  const device = asked(addon, settings);
  refuseMonitor(addon, settings, device);
  const dlt = wanted ?? (device === ANY ? SLL2 : -1);
  if (dlt >= 0) say(`ptcpdump: ${checkedLinkType(addon, device, dlt)}`);
  return listing(compileOn(addon, expression, device, { dlt, snaplen, optimize }), style);
}

/** The DLT_ value of -y's name. Throws Failure "link-type". */
export function linkTypeNamed(addon: Addon, name: string): number {
  const dlt = addon.pcapLinkTypeByName(name);
  if (dlt < 0) throw new Failure("link-type", `invalid data link type ${name}`);
  return dlt;
}

/** tcpdump's line on the link type that was set. Throws Failure "link-type" if the device has no such. */
export function checkedLinkType(addon: Addon, device: string, dlt: number): string {
  const name = linkTypeName(linkTypeOfDlt(dlt)) ?? String(dlt);
  if (!opened(device, () => addon.pcapLinkTypes(device)).some((type) => type.dlt === dlt))
    throw new Failure("link-type", `${name} is not one of the DLTs supported by this device`);
  return `data link type ${name}`;
}

/** Throws Failure "monitor" if -I is given: in libpcap's words where the device has no monitor mode. */
export function refuseMonitor(addon: Addon, settings: Settings, device: string): void {
  if (!settings.monitor) return;
  if (!opened(device, () => addon.pcapCanMonitor(device)))
    throw new Failure("monitor", `${device}: That device doesn't support monitor mode`);
  throw new Failure(
    "monitor",
    `${device}: monitor mode is not supported; use tcpdump -I, and ptcpdump -r on the file it writes`,
  );
}

/** The warning that -j deserves on a device, null if it means what is done anyway. Throws Failure "clock". */
export function clockWarning(addon: Addon, clock: string | null, device: string): string | null {
  if (clock === null) return null;
  if (!addon.pcapIsClock(clock)) throw new Failure("clock", `invalid time stamp type ${clock}`);
  if (clock === "host") return null;
  return `WARNING: When trying to set timestamp type '${clock}' on ${device}: That type of time stamp is not supported by that device`;
}

/** What libpcap answers of a device; its errors as Failures. */
function opened<T>(device: string, ask: () => T): T {
  try {
    return ask();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const codes: Record<string, string> = { ENODEV: "no-device", EPERM: "permission" };
    throw new Failure(
      codes[(error as NodeJS.ErrnoException).code ?? ""] ?? "device",
      `${device}: ${error.message}`,
    );
  }
}
