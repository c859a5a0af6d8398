import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hardening } from './container.ts';
import type { Outcome } from './docker.ts';
import { runOnce } from './run-once.ts';
import { bashAsRuntime } from './shell-twin.ts';

/** A hardened container that reaches this machine. */
const stage: readonly string[] = [
  ...hardening,
  ...bashAsRuntime,
  '--add-host',
  'host.docker.internal:host-gateway',
];

export interface ShellOptions {
  readonly tools: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly run?: readonly string[];
}

/** `IMAGE openclaw -- -c SCRIPT` with bash in OpenClaw's place: a script as the agent's own shell would run it. stdout is the script's alone. */
export function agentShell(script: string, { tools, env = {}, run = [] }: ShellOptions): Promise<Outcome> {
  const variables = Object.entries({ TOOLS: tools, ...env }).flatMap(([name, value]) => [
    '-e',
    `${name}=${value}`,
  ]);
  return runOnce(['openclaw', '--', '-c', script], [...stage, ...variables, ...run]);
}

/** Writes custom tools, as `{name: {file: text}}`, and gives the words that mount them. */
export function mountTools(
  folder: string,
  tools: Readonly<Record<string, Readonly<Record<string, string>>>>,
): string[] {
  for (const [name, files] of Object.entries(tools)) {
    for (const [file, text] of Object.entries(files)) {
      const path = join(folder, 'tools', name, file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
  }
  return ['-v', `${join(folder, 'tools')}:/etc/clawden/tools:ro`];
}
