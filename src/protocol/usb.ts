// USB as Linux' usbmon captures it (Documentation/usb/usbmon.rst), and Bluetooth's HCI, of which only the direction
// is told.
//
//   id (8) | event (1) | transfer type (1) | endpoint (1) | device (1) | bus (2) | … the header has 48 or 64 bytes
import type { Dissection } from "./dissection.ts";

const TRANSFERS = ["ISOCHRONOUS", "INTERRUPT", "CONTROL", "BULK"];
const INTERRUPT = 1;
const EVENTS: ReadonlyMap<number, string> = new Map([
  [0x53, "SUBMIT"],
  [0x43, "COMPLETE"],
  [0x45, "ERROR"],
]);
const SUBMIT = 0x53;

function usb(d: Dissection, at: number): void {
  const { out } = d;
  d.protocol = "usb";
  out.str("USB");
  if (d.opt.quiet) return;
  const transfer = d.u8(at + 9);
  const event = d.u8(at + 8);
  const transferName = TRANSFERS[transfer];
  const eventName = EVENTS.get(event);
  out.str(` ${transferName ?? " ?"} ${eventName ?? "?"}`);
  if (transferName !== undefined && eventName !== undefined)
    out.str((event === SUBMIT) === (transfer === INTERRUPT) ? " from" : " to");
  out.str(` ${d.le16(at + 12)}:${d.u8(at + 11)}:${d.u8(at + 10) & 0x7f}`);
}

/** Link type 189 (LINKTYPE_USB_LINUX). */
export function printUsbLink(d: Dissection, at: number): void {
  d.protocol = "usb_linux_48_byte";
  d.need(at, 48);
  d.linkHeaderLength = 48;
  usb(d, at);
}

/** Link type 220 (LINKTYPE_USB_LINUX_MMAPPED). */
export function printMappedUsbLink(d: Dissection, at: number): void {
  d.protocol = "usb_linux_64_byte";
  d.need(at, 64);
  d.linkHeaderLength = 64;
  usb(d, at);
}

/** Link type 201 (LINKTYPE_BLUETOOTH_HCI_H4_WITH_PHDR): direction (4), then the HCI packet. */
export function printBluetoothLink(d: Dissection, at: number, length: number): void {
  d.protocol = "bluetooth";
  d.out.str("bluetooth");
  d.need(at, 4);
  d.linkHeaderLength = 4;
  if (d.opt.linkHeader) d.out.str(`, hci length ${length - 4}, direction ${d.u32(at) & 1 ? "in" : "out"}`);
  d.dumpUnknown(at + 4, d.end - at - 4);
}
