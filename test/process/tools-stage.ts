import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { allProcesses } from '../../supervisor/process/proc.ts';
import { findTool, type Tool } from '../../supervisor/tools/find.ts';
import { runSetup, type SetupOutcome } from '../../supervisor/tools/setup.ts';

/** A folder with tools of a test in it, run as the supervisor would. */
export interface Stage {
  readonly path: string;
  readonly places: { readonly image: string; readonly mounted: string };
  readonly write: (file: string, text: string) => string;
  /** Makes a mounted tool and gives it as found. */
  readonly tool: (name: string, setup: string, manifest?: unknown) => Tool;
  readonly run: (tool: Tool, more?: Partial<RunOptions>) => Promise<Ran>;
  readonly [Symbol.dispose]: () => void;
}

export interface RunOptions {
  readonly environment: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, string>>;
}

export type Ran = SetupOutcome & { readonly lines: readonly string[] };

export const base = { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/tmp', LANG: 'C.UTF-8' };

export const reserved = (name: string): boolean => name === 'MODEL_API_KEY';

export function stage(): Stage {
  const path = mkdtempSync(join(tmpdir(), 'clawden-tools-'));
  const places = { image: join(path, 'image'), mounted: join(path, 'mounted') };
  for (const folder of Object.values(places)) mkdirSync(folder);
  const write = (file: string, text: string): string => {
    const at = join(path, file);
    mkdirSync(dirname(at), { recursive: true });
    writeFileSync(at, text);
    return at;
  };
  return {
    path,
    places,
    write,
    tool: (name, setup, manifest) => {
      write(`mounted/${name}/setup.sh`, setup);
      if (manifest !== undefined) write(`mounted/${name}/tool.json`, JSON.stringify(manifest));
      const found = findTool(name, places, reserved);
      if (found.kind !== 'tool') throw new Error(JSON.stringify(found));
      return found.tool;
    },
    run: async (tool, more = {}) => {
      const lines: string[] = [];
      const run = join(path, 'run', tool.name);
      mkdirSync(run, { recursive: true });
      const input = { tool, run, reserved, environment: base, variables: {}, ...more };
      const outcome = await runSetup(input, { line: (text) => lines.push(text) });
      return { ...outcome, lines };
    },
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** What a setup exported, or what went wrong as a test's failure. */
export function exportsOf(ran: Ran): Readonly<Record<string, string>> {
  if (ran.kind !== 'done') throw new Error(JSON.stringify(ran));
  return ran.exports.taken;
}

/** Living processes of this name. */
export function named(name: string): number {
  return allProcesses().filter((stat) => stat.name === name && stat.state !== 'Z').length;
}
