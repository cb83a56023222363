// The help, made from the table of options.
import { GROUPS, OPTIONS, type Option } from "./options.ts";

const WIDTH = 80;
/** Column where the explanations start. */
const COLUMN = 30;

/** How an option is written: "-c, --receive-count=count". */
export function synopsis({ short, long, argument }: Option): string {
  const letter = short === undefined ? "  " : `-${short}`;
  if (long[0] === undefined) return argument === undefined ? letter : `${letter} ${argument}`;
  return `${letter}${short === undefined ? "  " : ", "}--${long[0]}${argument === undefined ? "" : `=${argument}`}`;
}

/** Breaks a text into lines of at most `width` characters, between words. */
function wrapped(text: string, width: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1)!;
    if (line === "") lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** All options, grouped, one below the other; at most 80 columns. Ends with a newline. */
export function optionsText(): string {
  let text = "";
  for (const group of GROUPS) {
    text += `${text === "" ? "" : "\n"}${group}:\n`;
    for (const option of OPTIONS) {
      if (option.group !== group) continue;
      const head = `  ${synopsis(option)}`;
      const lines = wrapped(option.help, WIDTH - COLUMN);
      // One line where the explanation starts beside the option, two where the option is too long for that.
      if (head.length + 2 > COLUMN) lines.unshift("");
      text += `${`${head.padEnd(COLUMN)}${lines[0]}`.trimEnd()}\n`;
      for (const line of lines.slice(1)) text += `${" ".repeat(COLUMN)}${line}\n`;
    }
  }
  return text;
}

/** What -h prints. Ends with a newline. */
export function helpText(): string {
  return `Usage: ptcpdump [options] [expression] [-- command [argument ...]]

Captures packets that match the expression (see pcap-filter(7); none: all) and
prints them with the process that sent or received each. With a command: runs
it, captures what it and its children send and receive, and ends when it ends.

${optionsText()}
Examples:
  ptcpdump -i any -n tcp port 443
  ptcpdump -i eth0 --pname curl -w curl.pcapng
  ptcpdump -n -- curl http://127.0.0.1/
  ptcpdump -n -r curl.pcapng udp
`;
}
