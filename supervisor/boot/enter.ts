export interface Entrance {
  readonly runtime: string;
  readonly directory: string;
  /** In octal. */
  readonly umask: string;
  /** The words of the runtime's program, without those that make it serve. */
  readonly program: readonly string[];
  /** What the runtime's own processes get. */
  readonly environment: Readonly<Record<string, string>>;
  /** Folder with the runtime's program under its name. */
  readonly commands: string;
  readonly secrets: readonly string[];
}

/**
 * What `/opt/clawden/bin/enter` gives to the commands of `clawden exec`. The format is told in supervisor/enter/enter.c,
 * its only reader.
 *
 * Values that hold a secret are left out, since the agent may read the file. So a command of the runtime that needs one
 * fails as it would for the agent; there is no other way to keep them from it. Pure.
 */
export function enterFile(entrance: Entrance): string {
  const { runtime, directory, umask, program, environment, commands, secrets } = entrance;
  const { PATH = '/usr/bin:/bin', ...others } = environment;
  const shown = Object.entries({ ...others, PATH: `${PATH}:${commands}` }).filter(
    ([, value]) => !secrets.some((secret) => value.includes(secret)),
  );
  const records = [runtime, directory, umask, ...program, '', ...shown.map((entry) => entry.join('='))];
  return records.map((record) => `${record}\0`).join('');
}
