// The services of the Andrew File System, which RX (rx.ts) carries: their calls and what they answer
// (https://docs.openafs.org, afs/*.xg). All fields are XDR (RFC 4506).
import { writeIpv4 } from "../bytes/address.ts";
import type { Dissection } from "./dissection.ts";
import { characters, visible } from "./phrase.ts";
import type { Tokens } from "./token.ts";
import { hex, numbered } from "./wording.ts";

const FILE_CALLS: Tokens = new Map([
  [130, "fetch-data"],
  [131, "fetch-acl"],
  [132, "fetch-status"],
  [133, "store-data"],
  [134, "store-acl"],
  [135, "store-status"],
  [136, "remove-file"],
  [137, "create-file"],
  [138, "rename"],
  [139, "symlink"],
  [140, "link"],
  [141, "makedir"],
  [142, "rmdir"],
  [143, "oldsetlock"],
  [144, "oldextlock"],
  [145, "oldrellock"],
  [146, "get-stats"],
  [147, "give-cbs"],
  [148, "get-vlinfo"],
  [149, "get-vlstats"],
  [150, "set-vlstats"],
  [151, "get-rootvl"],
  [152, "check-token"],
  [153, "get-time"],
  [154, "nget-vlinfo"],
  [155, "bulk-stat"],
  [156, "setlock"],
  [157, "extlock"],
  [158, "rellock"],
  [159, "xstat-ver"],
  [160, "get-xstat"],
  [161, "dfs-lookup"],
  [162, "dfs-flushcps"],
  [163, "dfs-symlink"],
  [220, "residency"],
  [0x10000, "inline-bulk-status"],
  [0x10001, "fetch-data-64"],
  [0x10002, "store-data-64"],
  [0x10003, "give-up-all-cbs"],
  [0x10004, "get-caps"],
  [0x10005, "cb-rx-conn-addr"],
]);
const CALLBACK_CALLS: Tokens = new Map([
  [204, "callback"],
  [205, "initcb"],
  [206, "probe"],
  [207, "getlock"],
  [208, "getce"],
  [209, "xstatver"],
  [210, "getxstat"],
  [211, "initcb2"],
  [212, "whoareyou"],
  [213, "initcb3"],
  [214, "probeuuid"],
  [215, "getsrvprefs"],
  [216, "getcellservdb"],
  [217, "getlocalcell"],
  [218, "getcacheconf"],
  [0x10000, "getce64"],
  [0x10001, "getcellbynum"],
  [0x10002, "tellmeaboutyourself"],
]);
const PROTECTION_CALLS: Tokens = new Map([
  [0x1f4, "new-user"],
  [0x1f5, "where-is-it"],
  [0x1f6, "dump-entry"],
  [0x1f7, "add-to-group"],
  [0x1f8, "name-to-id"],
  [0x1f9, "id-to-name"],
  [0x1fa, "delete"],
  [0x1fb, "remove-from-group"],
  [0x1fc, "get-cps"],
  [0x1fd, "new-entry"],
  [0x1fe, "list-max"],
  [0x1ff, "set-max"],
  [0x200, "list-entry"],
  [0x201, "change-entry"],
  [0x202, "list-elements"],
  [0x203, "same-mbr-of"],
  [0x204, "set-fld-sentry"],
  [0x205, "list-owned"],
  [0x206, "get-cps2"],
  [0x207, "get-host-cps"],
  [0x208, "update-entry"],
  [0x209, "list-entries"],
  [0x212, "list-super-groups"],
]);
const LOCATION_CALLS: Tokens = numbered(
  501,
  "create-entry",
  "delete-entry",
  "get-entry-by-id",
  "get-entry-by-name",
  "get-new-volume-id",
  "replace-entry",
  "update-entry",
  "setlock",
  "releaselock",
  "list-entry",
  "list-attrib",
  "linked-list",
  "get-stats",
  "probe",
  "get-addrs",
  "change-addr",
  "create-entry-n",
  "get-entry-by-id-n",
  "get-entry-by-name-n",
  "replace-entry-n",
  "list-entry-n",
  "list-attrib-n",
  "linked-list-n",
  "update-entry-by-name",
  "create-entry-u",
  "get-entry-by-id-u",
  "get-entry-by-name-u",
  "replace-entry-u",
  "list-entry-u",
  "list-attrib-u",
  "linked-list-u",
  "regaddr",
  "get-addrs-u",
  "list-attrib-n2",
);
const KAUTH_CALLS: Tokens = new Map([
  [1, "auth-old"],
  [21, "authenticate"],
  [22, "authenticate-v2"],
  [2, "change-pw"],
  [3, "get-ticket-old"],
  [23, "get-ticket"],
  [4, "set-pw"],
  [5, "set-fields"],
  [6, "create-user"],
  [7, "delete-user"],
  [8, "get-entry"],
  [9, "list-entry"],
  [10, "get-stats"],
  [11, "debug"],
  [12, "get-pw"],
  [13, "get-random-key"],
  [14, "unlock"],
  [15, "lock-status"],
]);
const VOLUME_CALLS: Tokens = new Map([
  [100, "create-volume"],
  [101, "delete-volume"],
  [102, "restore"],
  [103, "forward"],
  [104, "end-trans"],
  [105, "clone"],
  [106, "set-flags"],
  [107, "get-flags"],
  [108, "trans-create"],
  [109, "dump"],
  [110, "get-nth-volume"],
  [111, "set-forwarding"],
  [112, "get-name"],
  [113, "get-status"],
  [114, "sig-restore"],
  [115, "list-partitions"],
  [116, "list-volumes"],
  [117, "set-id-types"],
  [118, "monitor"],
  [119, "partition-info"],
  [120, "reclone"],
  [121, "list-one-volume"],
  [122, "nuke"],
  [123, "set-date"],
  [124, "x-list-volumes"],
  [125, "x-list-one-volume"],
  [126, "set-info"],
  [127, "x-list-partitions"],
  [128, "forward-multiple"],
  [0x10000, "convert-ro"],
  [0x10001, "get-size"],
  [0x10002, "dump-v2"],
]);
const BOS_CALLS: Tokens = numbered(
  80,
  "create-bnode",
  "delete-bnode",
  "set-status",
  "get-status",
  "enumerate-instance",
  "get-instance-info",
  "get-instance-parm",
  "add-superuser",
  "delete-superuser",
  "list-superusers",
  "list-keys",
  "add-key",
  "delete-key",
  "set-cell-name",
  "get-cell-name",
  "get-cell-host",
  "add-cell-host",
  "delete-cell-host",
  "set-t-status",
  "shutdown-all",
  "restart-all",
  "startup-all",
  "set-noauth-flag",
  "re-bozo",
  "restart",
  "start-bozo-install",
  "uninstall",
  "get-dates",
  "exec",
  "prune",
  "set-restart-time",
  "get-restart-time",
  "start-bozo-log",
  "wait-all",
  "get-instance-strings",
  "get-restricted",
  "set-restricted",
);
const UBIK_CALLS: Tokens = new Map([
  [0x2710, "vote-beacon"],
  [0x2711, "vote-debug-old"],
  [0x2712, "vote-sdebug-old"],
  [0x2713, "vote-getsyncsite"],
  [0x2714, "vote-debug"],
  [0x2715, "vote-sdebug"],
  [0x2716, "vote-xdebug"],
  [0x2717, "vote-xsdebug"],
  [0x4e20, "disk-begin"],
  [0x4e21, "disk-commit"],
  [0x4e22, "disk-lock"],
  [0x4e23, "disk-write"],
  [0x4e24, "disk-getversion"],
  [0x4e25, "disk-getfile"],
  [0x4e26, "disk-sendfile"],
  [0x4e27, "disk-abort"],
  [0x4e28, "disk-releaselocks"],
  [0x4e29, "disk-truncate"],
  [0x4e2a, "disk-probe"],
  [0x4e2b, "disk-writev"],
  [0x4e2c, "disk-interfaceaddr"],
  [0x4e2d, "disk-setversion"],
]);
const FILE_ERRORS: Tokens = new Map([
  [101, "salvage volume"],
  [102, "no such vnode"],
  [103, "no such volume"],
  [104, "volume exist"],
  [105, "no service"],
  [106, "volume offline"],
  [107, "voline online"],
  [108, "diskfull"],
  [109, "diskquota exceeded"],
  [110, "volume busy"],
  [111, "volume moved"],
  [112, "AFS IO error"],
  [0xffffff9c, "restarting fileserver"],
]);

const NAME = 256;
const OPAQUE = 1024;
const PROTECTION_NAME = 64;
const LOCATION_NAME = 65;
const KAUTH_NAME = 64;
const USER_NAME = 1024;

/** Thrown where a field is cut off, or a text too long; the service says so. */
const CUT: Error = new Error("cut off");

/** Fields read and printed one after the other. */
class Row {
  readonly d: Dissection;
  at: number;

  constructor(d: Dissection, at: number) {
    this.d = d;
    this.at = at;
  }

  print(text: string): void {
    this.d.out.str(text);
  }
  u32(): number {
    const value = this.d.u32(this.at);
    this.at += 4;
    return value;
  }
  check(size: number): void {
    if (!this.d.has(this.at, size)) throw CUT;
  }
}

/** A field's printer, or a text before the next one. */
type Field = (row: Row) => void;
type Step = string | Field;

function run(row: Row, steps: readonly Step[]): void {
  for (const step of steps) {
    if (typeof step === "string") row.print(` ${step}`);
    else step(row);
  }
}

const int: Field = (row) => row.print(` ${row.u32() | 0}`);
const uint: Field = (row) => row.print(` ${row.u32()}`);
const uint64: Field = (row) => {
  row.print(` ${row.d.u64(row.at)}`);
  row.at += 8;
};
const fid: Field = (row) => {
  row.check(12);
  row.print(` fid ${row.u32()}/${row.u32()}/${row.u32()}`);
};
const server: Field = (row) => {
  row.check(12);
  row.print(` server ${row.u32()}:${row.u32()}:${row.u32()}`);
};
const version: Field = (row) => {
  row.check(8);
  row.print(` ${row.u32()}.${row.u32()}`);
};
const two = (n: number) => String(n).padStart(2, "0");
/** Seconds since 1970 as a date in local time. */
const date: Field = (row) => {
  const time = new Date((row.u32() | 0) * 1000);
  row.print(` ${time.getFullYear()}/${two(time.getMonth() + 1)}/${two(time.getDate())}`);
  row.print(` ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`);
};
const uuid: Field = (row) => {
  row.check(44);
  let text = ` ${hex(row.u32(), 8)}${hex(row.u32(), 4)}${hex(row.u32(), 4)}`;
  for (let i = 0; i < 8; i++) text += hex(row.u32() & 0xff, 2);
  row.print(text);
};
/** A text of at most `most` bytes in quotes. */
function text(most: number): Field {
  return (row) => {
    const length = row.u32();
    if (length > most) throw CUT;
    row.print(' "');
    if (!characters(row.d, row.at, length)) throw CUT;
    row.print('"');
    row.at += (length + 3) & ~3;
  };
}
/** A text whose `size` characters take a word each. */
function wide(size: number): Field {
  return (row) => {
    row.check(size * 4);
    row.print(' "');
    let ended = false;
    for (let i = 0; i < size; i++) {
      const octet = row.u32() & 0xff;
      ended ||= octet === 0;
      if (!ended) visible(row.d.out, octet);
    }
    row.print('"');
  };
}
/** As many of the same as a number before them says. */
function list(separator: string, ...steps: readonly Step[]): Field {
  return (row) => {
    const count = row.u32();
    for (let i = 0; i < count; i++) {
      run(row, steps);
      if (i !== count - 1) row.print(separator);
    }
    if (count === 0) row.print(" <none!>");
  };
}
function skip(size: number): Field {
  return (row) => {
    row.at += size;
  };
}
function skipCaptured(size: number): Field {
  return (row) => {
    row.check(size);
    row.at += size;
  };
}

/** Which attributes of a file are to be set. */
const storeStatus: Field = (row) => {
  row.check(24);
  const mask = row.u32();
  if (mask !== 0) row.print(" StoreStatus");
  if (mask & 1) run(row, ["date", date]);
  else row.at += 4;
  for (const [bit, name] of [
    [2, "owner"],
    [4, "group"],
    [8, "mode"],
    [16, "segsize"],
  ] as const) {
    const value = row.u32();
    if (mask & bit) row.print(` ${name} ${name === "mode" ? (value & 0o7777).toString(8) : value}`);
  }
  if (mask & 1024) row.print(" fsync");
};

const RIGHTS = [
  [0x01, "r"],
  [0x08, "l"],
  [0x04, "i"],
  [0x10, "d"],
  [0x02, "w"],
  [0x20, "k"],
  [0x40, "a"],
] as const;

/** An access list: numbers of entries that allow and that forbid, and lines of a user's name and rights. */
const accessList: Field = (row) => {
  const { d } = row;
  const { out } = d;
  const length = row.u32();
  row.check(length);
  let rest = "";
  for (let i = 0; i < Math.min(length, OPAQUE) && d.u8(row.at + i) !== 0; i++)
    rest += String.fromCharCode(d.u8(row.at + i));
  const head = /^[ \t\n\v\f\r]*([-+]?\d+)[ \t\n\v\f\r]*([-+]?\d+)[ \t\n\v\f\r]*/.exec(rest);
  if (head === null) return;
  rest = rest.slice(head[0].length);
  for (const [sign, count] of [
    ["+", Number(head[1])],
    ["-", Number(head[2])],
  ] as const)
    for (let i = 0; i < count; i++) {
      const entry = /^[ \t\n\v\f\r]*([^ \t\n\v\f\r]+)[ \t\n\v\f\r]*([-+]?\d+)[ \t\n\v\f\r]*/.exec(rest);
      if (entry === null || entry[1]!.length > USER_NAME) return;
      rest = rest.slice(entry[0].length);
      row.print(` ${sign}{`);
      for (const character of entry[1]!) visible(out, character.charCodeAt(0));
      const rights = Number(entry[2]);
      row.print(` ${RIGHTS.map(([bit, letter]) => (rights & bit ? letter : "")).join("")}}`);
    }
};

const volumeType: Field = (row) => {
  const type = ["read-write", "read-only", "backup"][row.u32()];
  if (type !== undefined) row.print(` type ${type}`);
};

/** The callbacks that a file server breaks: files, and how far each was promised. */
const callbacks: Field = (row) => {
  list(",", fid)(row);
  const count = row.u32();
  if (count !== 0) row.print(";");
  for (let i = 0; i < count; i++) run(row, ["ver", int, "expires", date, skipWord]);
};
const skipWord: Field = (row) => {
  row.u32();
};

/** What a volume's entry in the location database says of `most` servers; each is printed by `one`. */
function locations(most: number, one: (row: Row, used: boolean) => void, between: readonly Step[]): Field {
  return (row) => {
    run(row, [wide(LOCATION_NAME), ...between, "numservers"]);
    const servers = row.u32();
    row.print(` ${servers} servers`);
    for (let i = 0; i < most; i++) one(row, i < servers);
    if (one === uniqueServer) skipCaptured(4 * most)(row);
    row.print(" partitions");
    for (let i = 0; i < most; i++) {
      const partition = row.u32();
      if (i < servers) row.print(` ${partition <= 26 ? String.fromCharCode(97 + partition) : partition}`);
    }
    run(row, [skipCaptured(4 * most), "rwvol", uint, "rovol", uint, "backup", uint]);
  };
}
function addressedServer(row: Row, used: boolean): void {
  row.check(4);
  if (used) {
    row.print(" ");
    writeIpv4(row.d.out, row.d.bytes, row.at);
  }
  row.at += 4;
}
function uniqueServer(row: Row, used: boolean): void {
  if (used) run(row, ["afsuuid", uuid]);
  else skipCaptured(44)(row);
}

type Operations = ReadonlyMap<number, readonly Step[]>;

/** Operations that share their fields. */
function operations(...rows: readonly (readonly [numbers: readonly number[], ...steps: readonly Step[]])[]) {
  return new Map(rows.flatMap(([numbers, ...steps]) => numbers.map((number) => [number, steps] as const)));
}

/** A service by its UDP port. */
export interface Service {
  readonly name: string;
  readonly names: Tokens;
  readonly calls: Operations;
  readonly replies: Operations;
  /** True if its database is kept by Ubik, whose calls come over the same port. */
  readonly ubik?: boolean;
  /** What a reply that is an error says before its number; null: its name is in FILE_ERRORS. */
  readonly error: string | null;
  /** True if a reply of a header only has a name, too. */
  readonly empty?: boolean;
}

const name = text(NAME);
const FILE: Service = {
  name: "fs",
  names: FILE_CALLS,
  error: null,
  calls: operations(
    [[130], fid, "offset", uint, "length", uint],
    [[131, 132, 143, 144, 145, 156, 157, 158], fid],
    [[135], fid, storeStatus],
    [[133], fid, storeStatus, "offset", uint, "length", uint, "flen", uint],
    [[134], fid, accessList],
    [[137, 141], fid, name, storeStatus],
    [[136, 142], fid, name],
    [[138], "old", fid, name, "new", fid, name],
    [[139], fid, name, "link to", name],
    [[140], fid, name, "link to", fid],
    [[148], name],
    [[149, 150], "volid", uint],
    [[154], "volname", name],
    [[155, 65536], list(",", fid)],
    [[65537], fid, "offset", uint64, "length", uint64],
    [[65538], fid, storeStatus, "offset", uint64, "length", uint64, "flen", uint64],
    [[65541], "addr", uint],
  ),
  replies: operations(
    [[131], accessList],
    [[137, 141], "new", fid],
    [[151], "root volume", name],
    [[153], date],
  ),
};
const CALLBACK: Service = {
  name: "cb",
  names: CALLBACK_CALLS,
  error: "errcode",
  calls: operations([[204], callbacks], [[214], "afsuuid", uuid]),
  replies: operations([[213], uuid]),
};
const protectionName = text(PROTECTION_NAME);
const PROTECTION: Service = {
  name: "pt",
  names: PROTECTION_CALLS,
  ubik: true,
  error: "errcode",
  empty: true,
  calls: operations(
    [[500], protectionName, "id", int, "oldid", int],
    [[501, 506, 508, 512, 514, 517, 518, 519, 530], "id", int],
    [[502], "pos", int],
    [[503, 507, 515], "uid", int, "gid", int],
    [[504], list("", wide(PROTECTION_NAME))],
    [[505], "ids:", list("", int)],
    [[509], protectionName, "flag", int, "oid", int],
    [[511], "id", int, "gflag", int],
    [[513], "id", int, protectionName, "oldid", int, "newid", int],
    [[520], "id", int, protectionName],
  ),
  replies: operations(
    [[504], "ids:", list("", int)],
    [[505], list("", wide(PROTECTION_NAME))],
    [[508, 514, 517, 518, 519], list("", int)],
    [[510], "maxuid", int, "maxgid", int],
  ),
};
const eightServers = locations(8, addressedServer, [skipCaptured(4)]);
const thirteenServers = locations(13, addressedServer, []);
const uniqueServers = locations(13, uniqueServer, []);
const LOCATION: Service = {
  name: "vldb",
  names: LOCATION_CALLS,
  ubik: true,
  error: "errcode",
  empty: true,
  calls: operations(
    [[501, 517], wide(LOCATION_NAME)],
    [[502, 503, 507, 508, 509, 518], "volid", int, volumeType],
    [[504, 519, 524, 527], text(LOCATION_NAME)],
    [[505], "bump", int],
    [[506, 520], "volid", int, volumeType, wide(LOCATION_NAME)],
    [[510, 521], "index", int],
  ),
  replies: operations(
    [[510], "count", int, "nextindex", int, eightServers],
    [[503, 504], eightServers],
    [[505], "newvol", uint],
    [[521, 529], "count", int, "nextindex", int, thirteenServers],
    [[518, 519], thirteenServers],
    [[526, 527], uniqueServers],
  ),
};
const kauthName = text(KAUTH_NAME);
/** Bytes of which only the number is read. */
const opaque: Field = (row) => {
  const length = row.u32();
  row.check(length);
  row.at += length;
};
const KAUTH: Service = {
  name: "kauth",
  names: KAUTH_CALLS,
  ubik: true,
  error: "errcode",
  calls: operations(
    [[1, 2, 5, 6, 7, 8, 14, 15, 21, 22], "principal", kauthName, kauthName],
    [[3, 23], "kvno", int, "domain", kauthName, opaque, "principal", kauthName, kauthName],
    [[4], "principal", kauthName, kauthName, "kvno", int],
    [[12], "name", kauthName],
  ),
  replies: new Map(),
};
const VOLUME: Service = {
  name: "vol",
  names: VOLUME_CALLS,
  error: "errcode",
  calls: operations(
    [[100], "partition", uint, "name", name, "type", uint, "parent", uint],
    [[101, 104, 107], "trans", uint],
    [[102], "totrans", uint, "flags", uint],
    [[103], "fromtrans", uint, "fromdate", date, server, "desttrans", int],
    [[105], "trans", uint, "purgevol", uint, "newtype", uint, "newname", name],
    [[106], "trans", uint, "flags", uint],
    [[108], "vol", uint, "partition", uint, "flags", uint],
    [[109, 655537], "fromtrans", uint, "fromdate", date],
    [[110], "index", uint],
    [[111], "tid", uint, "newsite", uint],
    [[112, 113], "tid"],
    [[114], "name", name, "type", uint, "pid", uint, "cloneid", uint],
    [[116], "partition", uint, "flags", uint],
    [[117], "tid", uint, "name", name, "type", uint, "pid", uint, "clone", uint, "backup", uint],
    [[119], "name", name],
    [[120, 126], "tid", uint],
    [[121, 122, 124, 125, 65536], "partid", uint, "volid", uint],
    [[123], "tid", uint, "date", date],
    [[128], "fromtrans", uint, "fromdate", date, list(",", server)],
    [[65538], "fromtrans", uint, "fromdate", date, "flags", uint],
  ),
  replies: operations(
    [[100], "volid", uint, "trans", uint],
    [[104, 107], uint],
    [[105], "newvol", uint],
    [[108], "trans", uint],
    [[110], "volume", uint, "partition", uint],
    [[112], name],
    [
      [113],
      ...[
        "volid",
        "nextuniq",
        "type",
        "parentid",
        "clone",
        "backup",
        "restore",
        "maxquota",
        "minquota",
      ].flatMap((field): readonly Step[] => [field, uint]),
      "owner",
      uint,
      ...["create", "access", "update", "expire", "backup", "copy"].flatMap((field): readonly Step[] => [
        field,
        date,
      ]),
    ],
    [[116, 121], list(",", "name", wide(32), "volid", uint, "type", skip(84))],
  ),
};
const bosName = text(NAME);
const BOS: Service = {
  name: "bos",
  names: BOS_CALLS,
  error: "errcode",
  calls: operations(
    [[80], "type", bosName, "instance", bosName],
    [[81, 83, 85, 87, 88, 93, 96, 97, 104, 106, 108, 112, 114], bosName],
    [[82, 98], bosName, "status", int],
    [[86], bosName, "num", int],
    [[84, 89, 90, 91, 92, 95], int],
    [[105], bosName, "size", int, "flags", int, "date", int],
  ),
  replies: new Map(),
};

/** The services by their ports. */
export const SERVICES: ReadonlyMap<number, Service> = new Map([
  [7000, FILE],
  [7001, CALLBACK],
  [7002, PROTECTION],
  [7003, LOCATION],
  [7004, KAUTH],
  [7005, VOLUME],
  [7007, BOS],
]);

// Ubik, by which database servers agree: votes, and changes to the disk.
const isUbik = (operation: number) =>
  (operation >= 10000 && operation <= 10007) || (operation >= 20000 && operation <= 20013);
const VOTE_BEACON = 10000;
const transaction: readonly Step[] = ["tid", version];
const UBIK: Operations = operations(
  [
    [VOTE_BEACON],
    (row) => row.print(` syncsite ${row.u32() !== 0 ? "yes" : "no"}`),
    "votestart",
    date,
    "dbversion",
    version,
    ...transaction,
  ],
  [[10003], "site", uint],
  [[20000, 20001, 20007, 20008, 20010], ...transaction],
  [[20002], ...transaction, "file", int, "pos", int, "length", int, skipWord],
  [[20003], ...transaction, "file", int, "pos", int],
  [[20005], "file", int],
  [[20006], "file", int, "length", int, "dbversion", version],
  [[20009], ...transaction, "file", int, "length", int],
  [[20012], ...transaction, "oldversion", version, "newversion", version],
);
const UBIK_REPLIES: Operations = operations([[VOTE_BEACON], "vote no"], [[20004], "dbversion", version]);

/** Runs the steps; " [|name]" if they are cut off. */
function attempt(row: Row, section: string, steps: readonly Step[]): void {
  try {
    run(row, steps);
  } catch (thrown) {
    if (thrown !== CUT) throw thrown;
    row.print(` [|${section}]`);
  }
}

/** Prints the call at `at`, its operation's number first. Throws TRUNCATED. */
export function printCall(d: Dissection, service: Service, at: number): void {
  const operation = d.u32(at);
  const ubik = service.ubik === true && isUbik(operation);
  const section = ubik ? "ubik" : service.name;
  const names = ubik ? UBIK_CALLS : service.names;
  const row = new Row(d, at + 4);
  row.print(` ${service.name}${ubik ? " ubik" : ""} call ${names.get(operation) ?? `op#${operation}`}`);
  attempt(row, section, (ubik ? UBIK : service.calls).get(operation) ?? []);
}

/** Prints the answer at `at` to an operation: data, or if it was aborted an error's number. Throws TRUNCATED. */
export function printReply(
  d: Dissection,
  service: Service,
  at: number,
  operation: number,
  aborted: boolean,
): void {
  const ubik = service.ubik === true && isUbik(operation);
  const section = ubik ? "ubik" : service.name;
  const names = ubik ? UBIK_CALLS : service.names;
  const row = new Row(d, at);
  row.print(` ${service.name}${ubik ? " ubik" : ""} reply ${names.get(operation) ?? `op#${operation}`}`);
  if (!aborted) attempt(row, section, (ubik ? UBIK_REPLIES : service.replies).get(operation) ?? []);
  else if (ubik && operation === VOTE_BEACON) attempt(row, section, ["vote yes until", date]);
  else if (service.error !== null) attempt(row, section, [service.error, int]);
  else {
    const error = row.u32() | 0;
    row.print(` error ${FILE_ERRORS.get(error) ?? `#${error}`}`);
  }
}
