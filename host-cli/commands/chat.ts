import { createInterface } from 'node:readline/promises';
import { type Api, openApi } from '../api.ts';
import { defineCommand, type Invocation, type OptionTable } from '../command.ts';
import { openEngine } from '../engine.ts';
import type { Container } from '../engine-records.ts';
import { CliError } from '../errors.ts';
import { pickInstance } from '../instances.ts';
import { onInterrupt } from '../interrupt.ts';
import { openProject, type Project, tokenFile } from '../project.ts';
import { tokenOf } from '../token.ts';
import type { Ui } from '../ui.ts';

const chatOptions = {
  session: { kind: 'value', value: 'S', help: 'the conversation to go on with (default: cli)' },
  json: { kind: 'flag', help: 'the reply as one JSON object on stdout' },
} as const satisfies OptionTable;

type ChatInvocation = Invocation<typeof chatOptions>;

export const chat = defineCommand({
  name: 'chat',
  summary: 'say something to an instance and read its reply',
  usage: '[name] [text…] [options]',
  description: [
    'The first word names the instance when one is called so; with a single instance it can be left out. Without a',
    'text: a conversation on a terminal, else the message is read from stdin. The same session remembers what was',
    'said before.',
  ].join('\n'),
  options: chatOptions,
  maxPositionals: Number.POSITIVE_INFINITY,
  examples: [
    { type: 'clawden chat "what is in the workspace?"', does: 'one question' },
    { type: 'clawden chat', does: 'a conversation; Ctrl-D ends it' },
    { type: 'clawden chat openclaw --session notes "go on"', does: 'by name, in a conversation of its own' },
    { type: 'git diff | clawden chat --json', does: 'the message from stdin, the reply for a script' },
  ],
  run: async (invocation) => {
    const { options, environment, ui } = invocation;
    const project = openProject(invocation.directory);
    const containers = await openEngine(environment).containers(project.id);
    const { container, words } = address(invocation, containers, project);
    if (!container.running || container.port === undefined) {
      const { instance: name, exitCode: code, runtime } = container;
      throw new CliError('instance-stopped', { name, code, runtime });
    }
    const api = openApi({
      instance: container.instance,
      runtime: container.runtime,
      port: container.port,
      token: tokenOf(project, environment),
      tokenFile: tokenFile(project),
      session: options.session ?? 'cli',
      stream: ui.stdoutIsTerminal && !options.json,
    });
    if (words.length === 0 && ui.stdinIsTerminal) return converse(api, container.instance, ui);
    const text = words.length > 0 ? words.join(' ') : await readStdin();
    if (text.trim() === '') throw new CliError('nothing-to-say');
    const reply = await answer(api, text, options.json ? undefined : process.stdout);
    if (options.json) {
      ui.print(JSON.stringify({ instance: container.instance, session: options.session ?? 'cli', reply }));
    }
    return 0;
  },
});

function address(
  { positionals, rest = [] }: ChatInvocation,
  containers: readonly Container[],
  project: Project,
): { container: Container; words: readonly string[] } {
  const [first] = positionals;
  const named = first !== undefined && containers.some((container) => container.instance === first);
  const candidates = named ? containers : running(containers);
  const container = pickInstance(candidates, named ? first : undefined, 'chat', project.directory);
  return { container, words: [...positionals.slice(named ? 1 : 0), ...rest] };
}

/** Those that run; where none does, the ended ones, so that the error can say how they ended. */
function running(containers: readonly Container[]): readonly Container[] {
  const list = containers.filter((container) => container.running);
  return list.length > 0 ? list : containers;
}

/** One turn. Ctrl-C gives it up; the instance learns of that by the closed connection. */
async function answer(api: Api, text: string, out: NodeJS.WritableStream | undefined): Promise<string> {
  const given = new AbortController();
  const release = onInterrupt(() => given.abort());
  let reply = '';
  try {
    for await (const piece of api.ask(text, given.signal)) {
      reply += piece;
      out?.write(piece);
    }
    return reply;
  } finally {
    if (reply !== '' && !reply.endsWith('\n')) out?.write('\n');
    release();
  }
}

async function converse(api: Api, instance: string, ui: Ui): Promise<number> {
  ui.note(
    ui.errorColors.dim(`Talking to ${instance}. Ctrl-C gives up a reply, Ctrl-D ends the conversation.`),
  );
  const input = createInterface({ input: process.stdin, output: process.stderr });
  // At the prompt readline itself takes Ctrl-C from the terminal.
  input.on('SIGINT', () => process.emit('SIGINT', 'SIGINT'));
  try {
    input.setPrompt(ui.errorColors.cyan('> '));
    input.prompt();
    for await (const line of input) {
      if (line.trim() !== '') await turn(api, line, ui);
      input.prompt();
    }
    ui.note('');
    return 0;
  } finally {
    input.close();
  }
}

/** An error of one turn does not end the conversation. */
async function turn(api: Api, text: string, ui: Ui): Promise<void> {
  try {
    await answer(api, text, process.stdout);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    ui.note(`${ui.errorColors.red('✖')} ${error.message}`);
    if (error.fix !== '') ui.note(`  → ${error.fix}`);
  }
}

async function readStdin(): Promise<string> {
  process.stdin.setEncoding('utf8');
  let text = '';
  for await (const chunk of process.stdin) text += String(chunk);
  return text;
}
