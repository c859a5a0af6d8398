/** What a setup exported, after the rules; names only where a value must not be repeated. */
export interface Exports {
  readonly taken: Readonly<Record<string, string>>;
  /** Names that a tool may not set, left out. */
  readonly refused: readonly string[];
}

export type Told =
  | { readonly kind: 'environment'; readonly entries: ReadonlyMap<string, string> }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'garbage' };

/**
 * Names with which one program takes over another: the dynamic loader, Node, bash, interpreters that an agent starts;
 * and those that are ours or the runtime's to decide.
 */
const never: readonly RegExp[] = [
  /^(LD|BASH|CLAWDEN)_/,
  // Node's own: NODE_EXTRA_CA_CERTS only adds certificates.
  /^NODE_(?!EXTRA_CA_CERTS$)/,
  /^(BASH|BASHOPTS|SHELLOPTS|ENV|IFS|PS4|PROMPT_COMMAND|CDPATH|GLOBIGNORE|POSIXLY_CORRECT)$/,
  /^(HOME|USER|LOGNAME|SHELL|RUNTIME|TOOLS|CHANNELS)$/,
  /^(GLIBC_TUNABLES|GCONV_PATH|LOCPATH|NLSPATH|RES_OPTIONS|HOSTALIASES|MALLOC_.*)$/,
  /^(PYTHONSTARTUP|PYTHONHOME|PERL5OPT|PERL5DB|RUBYOPT)$/,
];

/** bash sets them for itself in every shell. */
const ofEveryShell = new Set(['_', 'PWD', 'OLDPWD', 'SHLVL']);

/** Whether no tool may set, or be given, a variable of this name. `reserved` knows keys and tokens. */
export function isNever(name: string, reserved: (name: string) => boolean): boolean {
  return never.some((pattern) => pattern.test(name)) || reserved(name);
}

/** Reads `NAME=VALUE` entries, each ended by NUL, with an empty one as the end mark. */
export function readTold(data: Buffer): Told {
  if (data.length === 0) return { kind: 'nothing' };
  const text = data.toString('utf8');
  if (!text.endsWith('\0\0') && text !== '\0') return { kind: 'garbage' };
  const entries = new Map<string, string>();
  for (const entry of text.split('\0').slice(0, -2)) {
    const equals = entry.indexOf('=');
    const name = entry.slice(0, equals);
    // bash hands on functions as BASH_FUNC_name%%, and what it got with other names it keeps to itself.
    if (equals < 1 || !/^([A-Za-z_]\w*|BASH_FUNC_.*)$/.test(name)) return { kind: 'garbage' };
    entries.set(name, entry.slice(equals + 1));
  }
  return { kind: 'environment', entries };
}

/** What changed between the environment a setup was given and the one it told. */
export function takeOver(
  given: Readonly<Record<string, string>>,
  told: ReadonlyMap<string, string>,
  reserved: (name: string) => boolean,
): Exports {
  const taken: Record<string, string> = {};
  const refused: string[] = [];
  for (const [name, value] of told) {
    if (ofEveryShell.has(name) || given[name] === value) continue;
    if (isNever(name, reserved)) refused.push(name.slice(0, 64));
    else if (name === 'PATH') taken[name] = extendedPath(given[name] ?? '', value);
    else taken[name] = value;
  }
  if (taken['PATH'] === given['PATH']) delete taken['PATH'];
  return { taken, refused };
}

/** A tool adds folders behind those that are there, so that its programs never stand in for another's. */
function extendedPath(before: string, wanted: string): string {
  const present = before.split(':').filter(Boolean);
  const added = wanted.split(':').filter((folder) => folder.startsWith('/') && !present.includes(folder));
  return [...present, ...new Set(added)].join(':');
}

/** Bytes that a process started with these would find in its environment. */
export function sizeOf(environment: Readonly<Record<string, string>>): { total: number; longest: number } {
  const sizes = Object.entries(environment).map(([name, value]) => Buffer.byteLength(`${name}=${value}`) + 1);
  return { total: sizes.reduce((sum, size) => sum + size, 0), longest: Math.max(0, ...sizes) };
}
