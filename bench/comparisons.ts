// Everything that is compared: a comparison is a file in comparisons/ and a row here.
import { connections } from "./comparisons/connections.ts";
import { copy } from "./comparisons/copy.ts";
import { filter } from "./comparisons/filter.ts";
import { flood } from "./comparisons/flood.ts";
import { growth } from "./comparisons/growth.ts";
import { live } from "./comparisons/live.ts";
import { offered } from "./comparisons/offered.ts";
import { print } from "./comparisons/print.ts";
import { rare } from "./comparisons/rare.ts";
import { small } from "./comparisons/small.ts";
import { stalled } from "./comparisons/stalled.ts";
import { start } from "./comparisons/start.ts";
import { streams } from "./comparisons/streams.ts";
import type { Comparison } from "./harness.ts";

/** All comparisons, in the order of the page. */
export const COMPARISONS: readonly Comparison[] = [
  print,
  filter,
  copy,
  small,
  start,
  flood,
  live,
  rare,
  streams,
  connections,
  offered,
  stalled,
  growth,
];
