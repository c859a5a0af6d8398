import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChannelPlan, Rendered, RenderInput, ValidatorVerdict } from '../../../runtimes/contract.ts';
import { inputOf, telegramBot } from '../../../runtimes/testing.ts';
import { providers } from '../../../supervisor/providers/table.ts';
import { docker, scratch } from '../../helpers/docker.ts';
import { type Context, demand, NotApplicable, type Row } from '../row.ts';

const group = 'Configuration';

/** Runs every validator of every case where the supervisor would run it; a container per case would cost more. */
const loop = `
const { spawnSync } = require('node:child_process');
const { mkdirSync, writeFileSync } = require('node:fs');
const { dirname } = require('node:path');
const results = {};
for (const { name, files, directories, validators, environment, cwd } of require('/cases/cases.json')) {
  for (const directory of directories) mkdirSync(directory, { recursive: true, mode: 0o700 });
  for (const { path, content, mode } of files) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, content, { mode });
  }
  const env = { PATH: process.env.PATH, HOME: '/tmp', ...environment };
  results[name] = validators.map(({ name, argv, stdin, timeout }) => {
    const ran = spawnSync(argv[0], argv.slice(1), { env, cwd, encoding: 'utf8', timeout, input: stdin ?? '' });
    return { name, code: ran.status, stdout: ran.stdout ?? '', stderr: ran.stderr ?? String(ran.error) };
  });
}
console.log(JSON.stringify(results));
`;

interface Case {
  readonly name: string;
  readonly rendered: Rendered;
  readonly directories: readonly string[];
}

async function verdicts(
  context: Context,
  cases: readonly Case[],
): Promise<ReadonlyMap<string, ValidatorVerdict>> {
  using folder = scratch();
  chmodSync(folder.path, 0o755);
  const list = cases.map(({ name, directories, rendered }) => ({
    name,
    directories,
    files: rendered.files,
    validators: rendered.validators,
    environment: rendered.environment,
    cwd: rendered.workingDirectory,
  }));
  writeFileSync(join(folder.path, 'cases.json'), JSON.stringify(list));
  writeFileSync(join(folder.path, 'loop.cjs'), loop);
  const words = ['run', '--rm', '--label', 'io.clawden.test=1', '-v', `${folder.path}:/cases:ro`];
  const { program, runtime } = context;
  const outcome = await docker([
    ...words,
    ...program.words,
    '--entrypoint',
    'node',
    program.image,
    '/cases/loop.cjs',
  ]);
  demand(outcome.code === 0, `the validators could not be run: ${outcome.all.slice(-500)}`);
  const results = JSON.parse(outcome.stdout) as Record<string, Parameters<typeof runtime.judge>[0][]>;
  return new Map(
    Object.entries(results).map(([name, outcomes]) => {
      const all = outcomes.map((one) => runtime.judge(one));
      return [name, all.find(({ kind }) => kind !== 'valid') ?? { kind: 'valid', warnings: [] }] as const;
    }),
  );
}

/** Everything that a plan can vary: each provider, each mapped field of a native channel, each log level. */
function cases(context: Context): readonly Case[] {
  const { dialects, nativeChannels } = context.runtime.descriptor;
  const byProvider = providers.flatMap(({ name, baseUrls, defaultModel = 'some/model:latest' }) => {
    const dialect =
      name === 'custom' ? dialects[0] : dialects.find((one) => one in baseUrls || name === 'echo');
    if (!dialect) return [];
    const origin = 'http://127.0.0.1:4001';
    const baseUrl = dialect === 'openai' ? `${origin}/v1` : origin;
    return [
      {
        name: `provider ${name}`,
        changes: { model: defaultModel, door: { dialect, baseUrl, key: 'door-key' } },
      },
    ];
  });
  const bot = (changes: Partial<ChannelPlan> = {}): Partial<RenderInput> => ({
    channels: [telegramBot('7000001:AAconformanceconformanceconformance', changes)],
  });
  const byChannel = nativeChannels.some(({ type }) => type === 'telegram')
    ? [
        { name: 'telegram with a list', changes: bot() },
        { name: 'telegram for everyone', changes: bot({ allowFrom: ['*'] }) },
        {
          name: 'telegram at a server of one’s own',
          changes: bot({ fields: { api_root: 'https://bot-api.example.com' } }),
        },
        { name: 'telegram under another name', changes: bot({ name: 'family-bot' }) },
        { name: 'telegram unclaimed', changes: bot({ mode: 'unclaimed', allowFrom: [] }) },
      ]
    : [];
  const levels = (['error', 'warn', 'info', 'debug'] as const).map((logLevel) => ({
    name: `log level ${logLevel}`,
    changes: { logLevel },
  }));
  return [...byProvider, ...byChannel, ...levels].map(({ name, changes }, index) =>
    oneCase(context, name, `/tmp/case-${index}`, changes),
  );
}

function oneCase({ runtime }: Context, name: string, folder: string, changes: Partial<RenderInput>): Case {
  const { descriptor } = runtime;
  const state = `${folder}/state`;
  const base = inputOf(descriptor);
  const paths = { ...base.paths, state, home: folder, rendered: `${folder}/rendered` };
  const rendered = runtime.render({ ...base, paths, ...changes });
  return {
    name,
    rendered,
    directories: [state, ...descriptor.stateDirectories.map((directory) => `${state}/${directory}`)],
  };
}

export const renderRows: readonly Row[] = [
  {
    id: 'render',
    group,
    title: 'what is rendered is accepted by its own validators: every provider, channel field and log level',
    check: async (context) => {
      const all = cases(context);
      if (all.every(({ rendered }) => rendered.validators.length === 0)) {
        throw new NotApplicable('it has no command that judges a configuration');
      }
      const judged = await verdicts(context, all);
      for (const { name } of all) {
        const verdict = judged.get(name);
        demand(verdict?.kind === 'valid', `${name}: ${JSON.stringify(verdict)}`);
      }
      return `${all.length} cases`;
    },
  },
];
