import { mkdirSync, rmSync } from 'node:fs';
import { Problems, problem } from '../errors/problem.ts';
import { childEnvironment } from '../render/environment.ts';
import { findTool, listTools, type Tool, type ToolPlaces } from '../tools/find.ts';
import type { ServiceView, SupervisedService } from '../tools/services.ts';
import { runSetup, type SetupOutcome } from '../tools/setup.ts';
import { type Container, must, type Places } from './container.ts';
import type { MaskedOutput } from './output.ts';
import { startServices } from './tool-services.ts';
import { reserved, secretsIn, unseen, variablesOf } from './tool-variables.ts';

/** What the tools of this container made of it. */
export interface ActiveTools {
  /** For the runtime's environment. */
  readonly exports: Readonly<Record<string, string>>;
  readonly views: () => readonly ToolView[];
  readonly services: () => readonly SupervisedService[];
}

export interface ToolView {
  readonly name: string;
  readonly from: Tool['from'];
  /** Names only. */
  readonly exports: readonly string[];
  readonly services: readonly ServiceView[];
}

type WithOutput = Container & { readonly output: MaskedOutput };

interface Active {
  readonly tool: Tool;
  readonly exports: readonly string[];
  readonly services: readonly SupervisedService[];
}

/** Names of the tools that the plan may choose from. */
export function presentTools(places: Places): readonly string[] {
  const { image, mounted } = listTools(toolPlaces(places));
  return [...new Set([...image, ...mounted])];
}

/** Activates the tools of the plan in the order named; the first that fails ends the boot. Nothing runs before all are read. */
export async function activateTools(container: WithOutput): Promise<void> {
  const places = toolPlaces(container.places);
  for (const folder of listTools(places).misnamed) {
    container.log.warn('a mounted folder is no tool: a name is a-z, 0-9 and "-", a letter first', { folder });
  }
  const tools = choose(must(container.plan, 'plan').tools, places);
  const variables = must(container.variables, 'variables');
  const seen = tools.map((tool) => variablesOf(tool.manifest, variables));
  const problems = seen.flatMap((one) => one.problems);
  if (problems.length > 0) throw new Problems(problems);
  container.output.hide(seen.flatMap(({ secrets }) => secrets));
  const exports: Record<string, string> = {};
  const active: Active[] = [];
  container.tools = {
    exports,
    views: () => active.map(viewOf),
    services: () => active.flatMap(({ services }) => services),
  };
  for (const [index, tool] of tools.entries()) {
    const made = await activate(container, tool, seen[index]?.values ?? {}, exports);
    // A stop came while it was at work: the teardown is on its way.
    if (!made) return;
    active.push(made);
  }
}

async function activate(
  container: WithOutput,
  tool: Tool,
  values: Readonly<Record<string, string>>,
  exports: Record<string, string>,
): Promise<Active | undefined> {
  const { clock, log, output } = container;
  const began = clock.now();
  const run = emptyFolder(`${container.places.run}/tools/${tool.name}`);
  const place = { cwd: run, environment: environment(container, tool, run, exports) };
  const component = `tool:${tool.name}`;
  const streams = { filter: () => output.filter(), relief: () => output.relief() };
  const outcome = await runSetup(
    { tool, environment: place.environment, variables: values, run, reserved },
    { ...streams, line: (text) => log.info(text, { component }) },
  );
  if (container.phase !== 'booting') return undefined;
  if (outcome.kind !== 'done') throw new Problems([failure(tool, outcome)]);
  const { taken, refused } = outcome.exports;
  Object.assign(exports, taken);
  output.hide(Object.entries(taken).flatMap(([name, value]) => secretsIn(name, value)));
  report(container, tool, refused, outcome.leftovers);
  const environmentNow = environment(container, tool, run, exports);
  const services = startServices(container, tool, { cwd: run, environment: environmentNow }, streams);
  const names = Object.keys(taken);
  const ms = Math.round(clock.now() - began);
  log.info('a tool is ready', { tool: tool.name, from: tool.from, exports: names.join(' '), ms });
  return { tool, exports: names, services };
}

function report(
  { log }: Container,
  tool: Tool,
  refused: readonly string[],
  leftovers: readonly string[],
): void {
  if (refused.length > 0) {
    log.warn('these variables are not for a tool to set', { tool: tool.name, names: refused.join(' ') });
  }
  if (leftovers.length > 0) {
    const processes = leftovers.join(' ');
    log.warn('ended what a setup had left behind: what is to live on is a service', {
      tool: tool.name,
      processes,
    });
  }
  if (tool.writable) {
    log.warn('the agent could change this tool for the next start: mount its folder read-only', {
      tool: tool.name,
    });
  }
}

/** All that is wrong with what is named, at once. */
function choose(names: readonly string[], places: ToolPlaces): readonly Tool[] {
  const found = names.map((name) => ({ name, found: findTool(name, places, unseen) }));
  const problems = found.flatMap(({ name, found: one }) => {
    switch (one.kind) {
      case 'tool':
        return [];
      case 'twice':
        return [problem('tool-twice', { name, mounted: one.mounted })];
      case 'broken':
        return [problem('tool-broken', { name, file: one.file, detail: one.detail, expected: one.expected })];
      default: {
        const never: never = one;
        return never;
      }
    }
  });
  if (problems.length > 0) throw new Problems(problems);
  return found.flatMap(({ found: one }) => (one.kind === 'tool' ? [one.tool] : []));
}

function failure(tool: Tool, outcome: Exclude<SetupOutcome, { kind: 'done' }>) {
  const { name } = tool;
  if (outcome.kind === 'missing') return problem('tool-command-missing', { name, command: outcome.command });
  const lines = outcome.lastLines.slice(-10).map((line) => line.slice(0, 300));
  const last = lines.length > 0 ? `: ${lines.at(-1)}` : '';
  const frame = lines.length > 1 ? lines.map((line) => `  | ${line}`).join('\n') : undefined;
  return problem('tool-failed', { name, how: outcome.how, last }, undefined, frame);
}

/** As for the runtime, and where things are. Of ours, so no tool can set them. */
function environment(
  container: Container,
  tool: Tool,
  run: string,
  exports: Readonly<Record<string, string>>,
): Record<string, string> {
  const { home, workspace } = container.places;
  const own = container.environment;
  return {
    ...childEnvironment({ own, home, tools: exports, plan: {}, rendered: {}, never: [] }),
    CLAWDEN_TOOL: tool.name,
    CLAWDEN_TOOL_DIR: tool.folder,
    CLAWDEN_TOOL_RUN: run,
    CLAWDEN_WORKSPACE: workspace,
  };
}

/** A container that is started again finds what the last start, or its agent, left there. */
function emptyFolder(path: string): string {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return path;
}

function viewOf({ tool, exports, services }: Active): ToolView {
  return { name: tool.name, from: tool.from, exports, services: services.map((service) => service.view()) };
}

function toolPlaces(places: Places): ToolPlaces {
  return { image: `${places.opt}/tools`, mounted: places.mountedTools };
}
