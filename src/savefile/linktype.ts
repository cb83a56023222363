// Link types are named in bytes/, where the dissectors find them, too.
export * from "../bytes/linktype.ts";
