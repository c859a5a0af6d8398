import { dirname } from 'node:path';
import { defineCommand, type OptionTable } from '../command.ts';
import { checkConfig, checkContainers } from '../doctor/config.ts';
import { checkCredentials } from '../doctor/credentials.ts';
import { askEngine, containersOf, type EngineFacts } from '../doctor/engine.ts';
import { type Area, areas, examine, type Finding, type Findings } from '../doctor/finding.ts';
import { checkImages } from '../doctor/image.ts';
import { checkDisk, checkMemory, checkPorts } from '../doctor/machine.ts';
import { checkSecrets } from '../doctor/secrets.ts';
import { checkWorkspaces } from '../doctor/workspaces.ts';
import { findFile } from '../planning.ts';
import { program } from '../program.ts';
import { openProject, type Project } from '../project.ts';
import type { Ui } from '../ui.ts';
import { openSources } from '../variables.ts';

const doctorOptions = {
  json: { kind: 'flag', help: 'the findings as one JSON object on stdout' },
} as const satisfies OptionTable;

/** Milliseconds: for a question to the engine, for a platform, for a registry, for a whole check. */
const LIMITS = { engine: 8_000, platform: 10_000, registry: 15_000, check: 20_000 };

export const doctor = defineCommand({
  name: 'doctor',
  summary: 'look for what would keep it from working, and say how to mend it',
  usage: '[options]',
  description: [
    'Engine and rights, image, memory, disk, ports, containers left over, clawden.yaml, credentials of channels (asked',
    'at the platform), workspaces, .env. Nothing is changed or started. Works without an engine and without a file, and',
    'says what it could not look at. Exit code 0 when nothing is wrong, else 1; warnings do not count.',
  ].join('\n'),
  options: doctorOptions,
  maxPositionals: 0,
  examples: [
    { type: 'clawden doctor', does: 'look at everything' },
    { type: 'clawden doctor --json | jq .ok', does: 'for a script' },
  ],
  run: async ({ options, environment, file, directory, ui }) => {
    const project = openProject(directory);
    const live = ui.live('looking');
    const findings = await examineAll(project, file, environment).finally(() => live.end());
    const ok = findings.every(({ level }) => level !== 'error');
    if (options.json) ui.print(JSON.stringify({ version: 1, ok, findings }));
    else report(findings, ui);
    return ok ? 0 : 1;
  },
});

/** All at once; what two of them need is asked once. */
async function examineAll(
  project: Project,
  file: string | undefined,
  environment: NodeJS.ProcessEnv,
): Promise<readonly Finding[]> {
  const sources = later(async () => openSources(project, environment));
  // A broken .env is told once, by the plan.
  const readable = sources.catch(() => ({ environment, dotenv: new Map<string, string>() }));
  const engine = later(() => askEngine(environment, LIMITS.engine));
  const config = later(async () => checkConfig(project, findFile(project, file), await sources));
  const planned = config.then(({ instances }) => instances).catch(() => []);
  const ids = config.then((found) => found.ids).catch(() => undefined);
  const containers = later(async () => {
    const { facts } = await engine;
    return facts ? containersOf(facts.ask, project.id) : [];
  });
  const withEngine = async (check: (facts: EngineFacts) => Promise<Findings>): Promise<Findings> => {
    const { facts } = await engine;
    return facts ? check(facts) : [{ level: 'skipped', text: 'no engine answers' }];
  };
  const checks: Readonly<Record<Area, () => Promise<Findings>>> = {
    engine: async () => (await engine).findings,
    image: () =>
      withEngine(async ({ ask }) =>
        checkImages(ask, await planned, project, await readable, LIMITS.registry),
      ),
    memory: () => withEngine(async (facts) => checkMemory(facts, await planned)),
    disk: () => withEngine((facts) => checkDisk(facts)),
    ports: () => withEngine(async (facts) => checkPorts(facts, await planned, await containers)),
    containers: () => withEngine(async () => checkContainers(await containers, await ids)),
    config: async () => (await config).findings,
    credentials: async () => checkCredentials(await planned, LIMITS.platform),
    workspace: async () =>
      checkWorkspaces(
        {
          projectDirectory: project.directory,
          fileDirectory: file === undefined ? project.directory : dirname(file),
        },
        await planned,
      ),
    secrets: () => checkSecrets(project, environment),
  };
  const found = await Promise.all(areas.map((area) => examine(area, LIMITS.check, checks[area])));
  const typed = program();
  return found.flat().map(({ fix, ...rest }) => ({
    ...rest,
    ...(fix === undefined ? {} : { fix: fix.replaceAll('{clawden}', typed) }),
  }));
}

/** Begun now and taken by several: that it failed is told by whoever takes it. */
function later<T>(begin: () => Promise<T>): Promise<T> {
  const promise = begin();
  promise.catch(() => undefined);
  return promise;
}

const signs = { ok: '✔', warning: '!', error: '✖', skipped: '-' } as const;

function report(findings: readonly Finding[], { colors, print }: Ui): void {
  const paint = { ok: colors.green, warning: colors.yellow, error: colors.red, skipped: colors.dim };
  const width = Math.max(...areas.map((area) => area.length));
  for (const { area, level, text, fix } of findings) {
    const [first = '', ...more] = text.split('\n');
    print(`${paint[level](signs[level])} ${area.padEnd(width)}  ${first}`);
    for (const line of more) print(`  ${' '.repeat(width)}  ${line}`);
    if (fix) print(`  ${' '.repeat(width)}  → ${fix}`);
  }
  const count = (level: Finding['level']): number => findings.filter((each) => each.level === level).length;
  const [errors, warnings] = [count('error'), count('warning')];
  print('');
  const look = warnings > 0 ? `, ${warnings} to look at` : '';
  print(`${errors > 0 ? errors : 'nothing'} to mend${look}`);
}
