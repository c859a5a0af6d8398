import { tellWaiting } from '../channels/waiting.ts';
import { defineCommand, type Invocation, type OptionTable } from '../command.ts';
import { type Engine, openEngine } from '../engine.ts';
import { CliError } from '../errors.ts';
import { clearAway } from '../failed.ts';
import { foreground } from '../foreground.ts';
import type { Health } from '../health.ts';
import { onInterrupt } from '../interrupt.ts';
import type { Started } from '../launch/carry-out.ts';
import { keepConfiguration } from '../launch/configuration.ts';
import { prepareRun } from '../launch/prepare-run.ts';
import { openProject, type Project } from '../project.ts';
import { type Readiness, waitReady } from '../ready.ts';
import { readyReport } from '../report.ts';
import { onceArgv, type RunSettings } from '../run-argv.ts';
import { start } from '../start.ts';
import type { Ui } from '../ui.ts';

export const runOptions = {
  detach: { kind: 'flag', short: 'd', help: 'leave it running and return once it is ready' },
  with: { kind: 'value', value: 'TOOLS', repeatable: true, help: 'tools for its agent, e.g. git,http' },
  name: { kind: 'value', value: 'NAME', help: "the instance's name (default: the runtime's)" },
  port: {
    kind: 'value',
    value: 'N',
    help: "port of this machine (default: the runtime's, or the next free one)",
  },
  provider: { kind: 'value', value: 'P', help: 'where the model answers: anthropic, openai, …, echo' },
  model: { kind: 'value', value: 'M', help: "the model (default: the provider's)" },
  channel: { kind: 'value', value: 'TYPE', repeatable: true, help: 'a chat channel, e.g. telegram' },
  'allow-from': {
    kind: 'value',
    value: 'IDS',
    repeatable: true,
    help: 'who may talk to it on that channel, by platform id',
  },
  env: {
    kind: 'value',
    short: 'e',
    value: 'NAME[=VALUE]',
    repeatable: true,
    help: 'a variable for the container; without a value: from here or .env',
  },
  'env-file': { kind: 'value', value: 'FILE', repeatable: true, help: 'more variables, written as in .env' },
  image: { kind: 'value', value: 'TAG', help: 'another image (CLAWDEN_IMAGE does the same)' },
  memory: { kind: 'value', value: 'M', help: 'memory limit (default: 2g)' },
  'no-wait': { kind: 'flag', help: 'with -d: return as soon as the container has started' },
  json: { kind: 'flag', help: 'with -d: the outcome as one JSON object on stdout' },
} as const satisfies OptionTable;

type RunInvocation = Invocation<typeof runOptions>;

const READY_LIMIT = 6 * 60_000;

export const run = defineCommand({
  name: 'run',
  summary: 'start a runtime in a container and wait until it is ready',
  usage: '[runtime or instance] [options] [-- ARGS]',
  description: [
    'Settings come from clawden.yaml in the project directory if there is one, and from variables: the usual ones',
    '(ANTHROPIC_API_KEY, OPENAI_API_KEY, TELEGRAM_BOT_TOKEN, CLAWDEN_…) are taken from here and from .env. Of a file with',
    'several instances the word names the one that is meant, or its runtime. Without -d the log is followed; Ctrl-C stops',
    'cleanly, a second Ctrl-C at once. After --: arguments for the runtime’s own program, run once. Its state is in a',
    'volume and its files in ./workspace; both outlive the container.',
  ].join('\n'),
  options: runOptions,
  maxPositionals: 1,
  examples: [
    { type: 'clawden run openclaw -d', does: 'in the background, with the model whose key is set' },
    { type: 'clawden run openclaw', does: 'in the foreground' },
    { type: 'clawden run openclaw -d --provider echo', does: 'without any model: it repeats your words' },
    {
      type: 'clawden run openclaw -d --channel telegram --allow-from 12345',
      does: 'on Telegram, for one person',
    },
    { type: 'clawden run openclaw -d --with git,http', does: 'with tools that its agent may use' },
    { type: 'clawden run -d -f other.yaml --name second', does: 'a second instance from another file' },
    { type: 'clawden run openclaw -- --version', does: "the runtime's own command line, once" },
  ],
  run: async (invocation) => {
    checkTogether(invocation);
    const { options, environment, ui } = invocation;
    const project = openProject(invocation.directory);
    const engine = openEngine(environment);
    const { settings, token } = await prepareRun(invocation, project, engine);
    if (invocation.rest !== undefined) return once(engine, settings, ui);
    const begun = Date.now();
    const started = await start(engine, settings, token, ui);
    const session: Session = { engine, project, settings, started, token, begun, ui };
    if (!options.detach) return attached(session);
    if (options['no-wait']) return report(session, undefined, options.json);
    return detached(session, options.json);
  },
});

interface Session {
  readonly engine: Engine;
  readonly project: Project;
  readonly settings: RunSettings;
  readonly started: Started;
  /** Of its API. */
  readonly token: string;
  readonly begun: number;
  readonly ui: Ui;
}

function checkTogether({ options, positionals, rest }: RunInvocation): void {
  if (rest !== undefined && (options.detach || options.json || options['no-wait'])) {
    throw new CliError('arguments-detached', { runtime: positionals[0] ?? '', arguments: rest.join(' ') });
  }
  if (options.json && !options.detach) throw new CliError('json-needs-detach');
}

async function once(engine: Engine, settings: RunSettings, ui: Ui): Promise<number> {
  // The engine's command passes signals on to the container; we only wait for its exit code.
  const release = onInterrupt(() => undefined);
  keepConfiguration(settings);
  try {
    const terminal = ui.stdinIsTerminal && ui.stdoutIsTerminal;
    return await engine.runAttached(onceArgv(settings, terminal), settings.variables);
  } finally {
    release();
  }
}

async function detached(session: Session, json: boolean): Promise<number> {
  const { engine, project, settings, started, ui } = session;
  const interrupted = new AbortController();
  const release = onInterrupt(() => interrupted.abort());
  const live = ui.live(`${settings.instance}: waiting for the container to answer`);
  const outcome = await waitReady({
    engine,
    id: started.id,
    port: started.port,
    limit: READY_LIMIT,
    signal: interrupted.signal,
    tell: (waiting, seconds) => live.update(`${settings.instance}: waiting for ${waiting} (${seconds} s)`),
  }).finally(() => {
    live.end();
    release();
  });
  switch (outcome.kind) {
    case 'ready':
    case 'degraded':
      return report(session, outcome.health, json);
    case 'interrupted':
      // One that ran before we came goes on.
      if (!started.already) {
        await engine.stop(started.id);
        await engine.remove(started.id);
      }
      throw new CliError('interrupted');
    case 'ended':
    case 'late':
      throw await clearAway(engine, project, settings, started.id, outcome, READY_LIMIT);
    default: {
      const never: never = outcome;
      return never;
    }
  }
}

async function attached(session: Session): Promise<number> {
  const { engine, project, settings, started, ui } = session;
  const onReady = (outcome: Readiness): void => {
    if (outcome.kind !== 'ready') return;
    ui.note(`${ui.errorColors.green('✔')} ${settings.instance} is ready at http://127.0.0.1:${started.port}`);
    // No picture between the lines of the log.
    void waiting(session, outcome.health, { ...ui, print: ui.note, stdoutIsTerminal: false });
  };
  return foreground({ engine, project, settings, started, ui, limit: READY_LIMIT, onReady });
}

async function report(session: Session, health: Health | undefined, json: boolean): Promise<number> {
  const { engine, settings, started, begun, ui } = session;
  const { instance, runtime, image } = settings;
  const url = `http://127.0.0.1:${started.port}`;
  if (json) {
    const state = health ? 'ready' : 'started';
    const { id, port, already } = started;
    ui.print(JSON.stringify({ instance, runtime, state, already, url, port, container: id, image, health }));
    return 0;
  }
  if (!health) {
    ui.print(`${instance} has started at ${url}; it was not waited for`);
    return 0;
  }
  const running = (await engine.containers(settings.project.id)).filter((container) => container.running);
  const seconds = Math.round((Date.now() - begun) / 100) / 10;
  const several = running.length > 1;
  ui.print(
    readyReport(
      { instance, runtime, port: started.port, seconds, already: started.already, health, several },
      ui.colors,
    ),
  );
  await waiting(session, health, ui);
  return 0;
}

function waiting({ settings, started, token }: Session, health: Health, ui: Ui): Promise<void> {
  return tellWaiting([{ instance: settings.instance, port: started.port, health }], token, ui);
}
