// The words of a command line, read as tcpdump reads them: getopt_long(3) of glibc.
//
// node:util's parseArgs is not used: it knows one long name per option, no abbreviated long options, and
// refuses `-c -1` instead of handing "-1" to the option, whose own complaint is the better one.
import { type Option, usage } from "./options.ts";

/** One step through the command line. */
export type Item =
  | { readonly kind: "option"; readonly option: Option; readonly value: string }
  /** A word of the filter expression. */
  | { readonly kind: "word"; readonly word: string }
  /** Everything after "--". */
  | { readonly kind: "command"; readonly command: readonly string[] };

/**
 * Steps through the arguments: short options alone or clustered (-nnvvXi lo), values attached or apart
 * (-c5, -c 5, --count=5, --count 5), long options abbreviated while that is unambiguous, options and words
 * of the expression in any order. "-" is a word. Lazy: a caller that stops at --help sees no later error.
 * @throws Failure "usage" in getopt_long's words
 */
export function* items(args: readonly string[], options: readonly Option[]): Generator<Item, void> {
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!;
    if (arg === "--") {
      yield { kind: "command", command: args.slice(at + 1) };
      return;
    }
    if (arg.startsWith("--")) {
      const equals = arg.indexOf("=");
      const given = equals < 0 ? arg.slice(2) : arg.slice(2, equals);
      const [name, option] = longOption(given, options);
      let value = "";
      if (equals >= 0) {
        if (option.argument === undefined) throw usage(`option '--${name}' doesn't allow an argument`);
        value = arg.slice(equals + 1);
      } else if (option.argument !== undefined) {
        if (++at >= args.length) throw usage(`option '--${name}' requires an argument`);
        value = args[at]!;
      }
      yield { kind: "option", option, value };
    } else if (arg.startsWith("-") && arg !== "-") {
      for (let i = 1; i < arg.length; i++) {
        const letter = String.fromCodePoint(arg.codePointAt(i)!);
        const option = options.find(({ short }) => short === letter);
        if (option === undefined)
          throw usage(`invalid option -- '${letter}' (ptcpdump -h lists the options)`);
        if (option.argument === undefined) {
          yield { kind: "option", option, value: "" };
          continue;
        }
        let value = arg.slice(i + 1);
        if (value === "") {
          if (++at >= args.length) throw usage(`option requires an argument -- '${letter}'`);
          value = args[at]!;
        }
        yield { kind: "option", option, value };
        break;
      }
    } else {
      yield { kind: "word", word: arg };
    }
  }
}

/** The option of that long name or of which it is the only abbreviation, with the name spelled out. */
function longOption(given: string, options: readonly Option[]): [name: string, option: Option] {
  const found: [string, Option][] = [];
  for (const option of options)
    for (const name of option.long) {
      if (name === given) return [name, option];
      if (name.startsWith(given)) found.push([name, option]);
    }
  const first = found[0];
  if (first === undefined)
    throw usage(`unrecognized option '--${given}' (ptcpdump --help lists the options)`);
  if (found.some(([, option]) => option !== first[1]))
    throw usage(
      `option '--${given}' is ambiguous; possibilities: ${found.map(([name]) => `'--${name}'`).join(" ")}`,
    );
  return first;
}
