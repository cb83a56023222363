// What bash, zsh and fish offer on a command line of ptcpdump's, made from the table of options.
import { type Completion, OPTIONS, type Option } from "./options.ts";

/** How each shell lists what it knows by itself. "" stands for its own way, which the script names. */
const LISTS: Readonly<Record<Exclude<Completion, "files" | "commands" | "users">, string>> = {
  interfaces: "echo any; ls /sys/class/net 2>/dev/null",
  namespaces: "echo any; echo newly; ls /run/netns 2>/dev/null",
  processes: "cd /proc && ls -d [1-9]* 2>/dev/null",
  names: "cat /proc/[1-9]*/comm 2>/dev/null | sort -u",
};

const HEAD = "made from the table of options: scripts/completions.ts";

/** All spellings, with their hyphens. */
function spellings({ short, long }: Option): string[] {
  return [...(short === undefined ? [] : [`-${short}`]), ...long.map((name) => `--${name}`)];
}

/** The beginning of the help that a line has room for: up to its first full stop, colon or semicolon. */
function brief({ help }: Option): string {
  return (/^[^:;]*?(?=[:;]|\.(?: |$)|$)/.exec(help)?.[0] ?? help).replace(/ \((?![^(]*\)).*$/, "").trim();
}

/** A word that a shell takes as it is. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

function bashOffer(completes: readonly string[] | Completion): string {
  switch (completes) {
    case "files":
      return `compgen -f -- "$cur"`;
    case "commands":
      return `compgen -c -- "$cur"`;
    case "users":
      return `compgen -u -- "$cur"`;
    default:
      // not by compgen -W, which expands the words: a process may be called $(anything)
      return typeof completes === "string"
        ? `{ ${LISTS[completes]}; } | _ptcpdump_matching`
        : `compgen -W ${quoted(completes.join(" "))} -- "$cur"`;
  }
}

/** For bash, with or without the package bash-completion. Ends with a newline. */
export function bashCompletion(): string {
  const cases = OPTIONS.filter((option) => option.argument !== undefined).map((option) => {
    const { completes } = option;
    const offer =
      completes === undefined ? "return" : `mapfile -t COMPREPLY < <(${bashOffer(completes)}); return`;
    return `    ${spellings(option).map(quoted).join("|")}) ${completes === "files" ? "compopt -o filenames 2>/dev/null; " : ""}${offer} ;;`;
  });
  const all = OPTIONS.flatMap(spellings);
  const listed = OPTIONS.filter(({ argument }) => argument?.endsWith(",...")).flatMap(spellings);
  return `# bash completion for ptcpdump(1), ${HEAD}
_ptcpdump() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} before= i
  COMPREPLY=()
  # what follows "--" is another program's command line
  for ((i = 1; i < COMP_CWORD; i++)); do
    [[ \${COMP_WORDS[i]} == -- ]] || continue
    if declare -F _command_offset >/dev/null; then
      _command_offset $((i + 1))
    elif ((COMP_CWORD == i + 1)); then
      mapfile -t COMPREPLY < <(compgen -c -- "$cur")
    else
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
    fi
    return
  done
  # --option=value comes in three words
  if [[ $cur == = ]]; then
    cur=
  elif [[ $prev == = ]]; then
    prev=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  # of a list, the last part is completed
  case $prev in
    ${listed.map(quoted).join("|")}) [[ $cur != *,* ]] || { before=\${cur%,*},; cur=\${cur##*,}; } ;;
  esac
  _ptcpdump_offer
  [[ -z $before ]] || COMPREPLY=("\${COMPREPLY[@]/#/$before}")
}
_ptcpdump_matching() {
  local word
  while IFS= read -r word; do [[ $word != "$cur"* ]] || printf '%q\\n' "$word"; done
}
_ptcpdump_offer() {
  case $prev in
${cases.join("\n")}
  esac
  [[ $cur == -* ]] && mapfile -t COMPREPLY < <(compgen -W ${quoted(all.join(" "))} -- "$cur")
}
complete -F _ptcpdump ptcpdump
`;
}

function zshAction(completes: Option["completes"]): string {
  switch (completes) {
    case undefined:
      return " ";
    case "files":
      return "_files";
    case "commands":
      return "_command_names -e";
    case "users":
      return "_users";
    default:
      return typeof completes === "string"
        ? `{compadd -- $(${LISTS[completes].replaceAll(":", "\\:")})}`
        : `(${completes.join(" ")})`;
  }
}

/** Text inside the brackets, or between the colons, of a specification of _arguments'. */
const zshText = (text: string): string => text.replace(/[[\]:\\]/g, "\\$&");

/** For zsh: a function file, _ptcpdump. Ends with a newline. */
export function zshCompletion(): string {
  const specs = OPTIONS.flatMap((option) => {
    const { argument, completes } = option;
    const value = argument === undefined ? "" : `:${zshText(argument)}:${zshAction(completes)}`;
    // options may come again: -v -v, -i one -i two
    return spellings(option).map((spelling) => {
      const joined = argument === undefined ? "" : spelling.startsWith("--") ? "=" : "+";
      return `    ${quoted(`*${spelling.replace("#", "\\#")}${joined}[${zshText(brief(option))}]${value}`)}`;
    });
  });
  return `#compdef ptcpdump
# zsh completion for ptcpdump(1), ${HEAD}
_ptcpdump() {
  local -i end=\${words[(i)--]}
  # what follows "--" is another program's command line
  if (( end < CURRENT )); then
    shift $end words
    (( CURRENT -= end ))
    _normal
    return
  fi
  _arguments -s -S \\
${specs.join(" \\\n")} \\
    '*:expression: '
}
_ptcpdump "$@"
`;
}

/** For fish. Ends with a newline. */
export function fishCompletion(): string {
  const text = (words: string): string => `'${words.replace(/['\\]/g, "\\$&")}'`;
  const lines = OPTIONS.map((option) => {
    const { short, long, argument, completes } = option;
    const parts = ["complete -c ptcpdump -n '__ptcpdump_own'"];
    if (short !== undefined) parts.push(`-s ${text(short)}`);
    for (const name of long) parts.push(`-l ${name}`);
    if (argument !== undefined) {
      if (completes === "files") parts.push("-r -F");
      else if (completes === undefined) parts.push("-x");
      else parts.push(`-x -a ${text(fishOffer(completes))}`);
    }
    return `${parts.join(" ")} -d ${text(brief(option))}`;
  });
  return `# fish completion for ptcpdump(1), ${HEAD}
# What follows "--" is another program's command line.
function __ptcpdump_own
    not contains -- -- (commandline -opc)
end
complete -c ptcpdump -f -n '__ptcpdump_own'
complete -c ptcpdump -n 'not __ptcpdump_own' -x -a '(__ptcpdump_command)'
function __ptcpdump_command
    set -l words (commandline -opc) (commandline -ct)
    set -l end (contains -i -- -- $words)
    complete -C (string join ' ' -- (string escape -- $words[(math $end + 1)..-2]) $words[-1])
end
${lines.join("\n")}
`;
}

function fishOffer(completes: readonly string[] | Exclude<Completion, "files">): string {
  switch (completes) {
    case "commands":
      return "(__fish_complete_command)";
    case "users":
      return "(__fish_complete_users)";
    default:
      return typeof completes === "string" ? `(sh -c "${LISTS[completes]}")` : completes.join(" ");
  }
}

/** Each shell's script, by the path that it is looked for under a folder such as /usr/share. */
export const COMPLETIONS: Readonly<Record<string, () => string>> = {
  "bash-completion/completions/ptcpdump": bashCompletion,
  "zsh/vendor-completions/_ptcpdump": zshCompletion,
  "fish/vendor_completions.d/ptcpdump.fish": fishCompletion,
};
