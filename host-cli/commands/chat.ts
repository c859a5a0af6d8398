import { basename } from 'node:path';
import { type Api, openApi } from '../api.ts';
import { addressed } from '../chat/address.ts';
import { readMessages } from '../chat/messages.ts';
import { defineCommand, type OptionTable } from '../command.ts';
import { openEngine } from '../engine.ts';
import { CliError } from '../errors.ts';
import { onInterrupt } from '../interrupt.ts';
import { printable } from '../printable.ts';
import { openProject, tokenFile } from '../project.ts';
import { askStatus } from '../ps/ask.ts';
import { echoWords } from '../report.ts';
import { tokenOf } from '../token.ts';
import type { Ui } from '../ui.ts';

const chatOptions = {
  session: { kind: 'value', value: 'S', help: 'the conversation to go on with (default: cli)' },
  json: { kind: 'flag', help: 'the reply as one JSON object on stdout' },
} as const satisfies OptionTable;

export const chat = defineCommand({
  name: 'chat',
  summary: 'say something to an instance and read its reply',
  usage: '[name] [text…] [options]',
  description: [
    'The first word names the instance when one is called so; with a single one that runs it can be left out. Without a',
    'text: a conversation on a terminal (what is pasted is one message), else the message is read from stdin. The same',
    'session remembers what was said before.',
  ].join('\n'),
  options: chatOptions,
  maxPositionals: Number.POSITIVE_INFINITY,
  examples: [
    { type: 'clawden chat "what is in the workspace?"', does: 'one question' },
    { type: 'clawden chat', does: 'a conversation; Ctrl-D ends it' },
    { type: 'clawden chat openclaw --session notes "go on"', does: 'by name, in a conversation of its own' },
    { type: 'git diff | clawden chat --json', does: 'the message from stdin, the reply for a script' },
  ],
  run: async ({ options, positionals, rest = [], environment, file, directory, ui }) => {
    const project = openProject(directory);
    const engine = openEngine(environment);
    const containers = await engine.containers(project.id);
    const around = { containers, project, file, environment, engine: basename(engine.binary) };
    const { container, port, words: said } = await addressed(positionals, around);
    const { instance, runtime } = container;
    const session = options.session ?? 'cli';
    const token = tokenOf(project, environment);
    const stream = ui.stdoutIsTerminal && !options.json;
    const address = { instance, runtime, port, token, tokenFile: tokenFile(project), session, stream };
    const api = openApi(address);
    const words = [...said, ...rest];
    if (stream) await sayWhoAnswers(port, token, ui);
    if (words.length === 0 && ui.stdinIsTerminal && !options.json) return converse(api, instance, ui);
    if (words.length === 0 && ui.stdinIsTerminal) throw new CliError('nothing-to-say');
    const text = words.length > 0 ? words.join(' ') : await readStdin();
    if (text.trim() === '') throw new CliError('nothing-to-say');
    const reply = await answer(api, text, options.json ? undefined : process.stdout, stream);
    if (options.json) ui.print(JSON.stringify({ instance, session, reply }));
    return 0;
  },
});

/** Whoever gets back their own words must know that this is no model. */
async function sayWhoAnswers(port: number, token: string, ui: Ui): Promise<void> {
  const status = await askStatus(port, token);
  if (status.kind === 'answered' && status.health.provider === 'echo') ui.note(ui.errorColors.dim(echoWords));
}

/** One turn. Ctrl-C gives it up; the instance learns of that by the closed connection. */
async function answer(
  api: Api,
  text: string,
  out: NodeJS.WritableStream | undefined,
  forPeople: boolean,
): Promise<string> {
  const given = new AbortController();
  const release = onInterrupt(() => given.abort());
  let reply = '';
  try {
    for await (const piece of api.ask(text, given.signal)) {
      reply += piece;
      out?.write(forPeople ? printable(piece) : piece);
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
  const messages = readMessages(ui.errorColors.cyan('> '));
  try {
    for (let text = await messages.next(); text !== undefined; text = await messages.next()) {
      if (text.trim() !== '') await turn(api, text, ui);
    }
    ui.note('');
    return 0;
  } finally {
    messages.close();
  }
}

/** An error of one turn does not end the conversation. */
async function turn(api: Api, text: string, ui: Ui): Promise<void> {
  try {
    await answer(api, text, process.stdout, process.stdout.isTTY);
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
