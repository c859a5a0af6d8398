import { basename } from 'node:path';
import { channelTypes } from '../../supervisor/channels/fields.ts';
import { addressed } from '../chat/address.ts';
import type { Invocation } from '../command.ts';
import type { channelsOptions } from '../commands/channels.ts';
import { openEngine } from '../engine.ts';
import type { Container } from '../engine-records.ts';
import { CliError } from '../errors.ts';
import { unknownName } from '../instances.ts';
import { nearest } from '../nearest.ts';
import { openProject, type Project, reasonOf, tokenFile } from '../project.ts';
import { tokenOf } from '../token.ts';
import { type Action, askChannels, changeChannel } from './ask.ts';
import { refusal } from './refusal.ts';
import { said } from './said.ts';
import { readTold, type Told } from './told.ts';

/** Of the JSON form: raised when a field changes its meaning or goes; new fields do not raise it. */
const VERSION = 1;

type ChannelsInvocation = Invocation<typeof channelsOptions>;

/** `clawden channels allow | revoke | reset`: who may talk on a channel of an instance that runs. */
export async function changePeople(
  invocation: ChannelsInvocation,
  action: Action,
  words: readonly string[],
): Promise<number> {
  const { options, environment, directory, ui } = invocation;
  const wish = wishOf(action, words);
  const { channel, id } = wish;
  const project = openProject(directory);
  const token = tokenOf(project, environment);
  const at = await placeOf(invocation, project, token, action, wish);
  mustBeId(at, id);
  const { name, port } = at;
  const whom = at.channel.fromFile?.includes('*') ? 'everyone ("*")' : (id ?? '');
  const names = { name, channel, id: whom, action, file: tokenFile(project), runtime: at.runtime };
  const answer = await changeChannel(port, token, channel, action, id).catch((error: unknown) => {
    throw new CliError('api-unreachable', {
      name,
      url: `http://127.0.0.1:${port}`,
      reason: reasonOf(error),
    });
  });
  const [now] = readTold({ channels: [answer.body?.channel] }) ?? [];
  if (answer.status !== 200 || !now) throw refusal(answer, names);
  if (options.json) ui.print(JSON.stringify({ version: VERSION, project, instance: name, channel: now }));
  else ui.print(said(action, { instance: name, before: at.channel, channel: now, id }, ui.colors).join('\n'));
  return 0;
}

interface Wish {
  readonly instance: string | undefined;
  readonly channel: string;
  readonly id: string | undefined;
}

/** `[INSTANCE] CHANNEL ID`; reset takes no ID. */
function wishOf(action: Action, words: readonly string[]): Wish {
  const wanted = action === 'reset' ? 1 : 2;
  const [first = '', second = '', third] = words;
  if (words.length === wanted) {
    return { instance: undefined, channel: first, id: action === 'reset' ? undefined : second };
  }
  if (words.length === wanted + 1) return { instance: first, channel: second, id: third };
  const form = `[INSTANCE] CHANNEL${action === 'reset' ? '' : ' ID'}`;
  const example = `telegram${action === 'reset' ? '' : ' 123456789'}`;
  throw new CliError('channels-words', { action, form, example });
}

interface Place {
  readonly name: string;
  readonly runtime: string;
  readonly port: number;
  readonly channel: Told;
}

/** The instance that is named, else the only one, else the only one that has such a channel. */
async function placeOf(
  { environment, file }: ChannelsInvocation,
  project: Project,
  token: string,
  action: Action,
  wish: Wish,
): Promise<Place> {
  const { instance, channel } = wish;
  const engine = openEngine(environment);
  const containers = await engine.containers(project.id);
  const around = { containers, project, file, environment, engine: basename(engine.binary) };
  if (instance !== undefined) await mustBeKnown(wish, containers, project, file, action);
  const running = containers.filter((container) => container.running);
  const meant =
    instance === undefined && running.length > 1
      ? running
      : [(await addressed(instance === undefined ? [] : [instance], around)).container];
  const asked = await Promise.all(
    meant.map(async (container) => {
      const { port } = await addressed([container.instance], around);
      return {
        name: container.instance,
        runtime: container.runtime,
        port,
        told: await askChannels(port, token),
      };
    }),
  );
  const found = asked.flatMap(({ told, ...place }) =>
    (told ?? []).filter(({ name }) => name === channel).map((each) => ({ ...place, channel: each })),
  );
  const [only, another] = found;
  if (only && !another) return only;
  if (only) {
    const known = found.map(({ name }) => name).join(', ');
    throw new CliError('channel-in-several', { channel, known, action, first: only.name });
  }
  const silent = asked.find(({ told }) => told === undefined);
  if (silent) throw new CliError('channels-not-told', { name: silent.name });
  const known = [...new Set(asked.flatMap(({ told }) => told?.map(({ name }) => name) ?? []))].sort();
  const names = { channel, near: nearest(channel, known), known: known.join(', ') || 'none' };
  throw new CliError('channel-not-there', { ...names, instances: asked.map(({ name }) => name).join(', ') });
}

async function mustBeKnown(
  { instance = '', channel, id }: Wish,
  containers: readonly Container[],
  project: Project,
  file: string | undefined,
  action: Action,
): Promise<void> {
  const { declaredInstances } = await import('../declared.ts');
  const known = containers.map((container) => container.instance);
  if (known.includes(instance)) return;
  const declared = (await declaredInstances(project, file)).map(({ id }) => id);
  const all = [...new Set([...known, ...declared])].sort();
  if (declared.includes(instance) || all.length === 0) return;
  throw unknownName(instance, all, `channels ${action}`, id === undefined ? [channel] : [channel, id]);
}

/** The same that the instance would say, with the form of its type. */
function mustBeId({ channel }: Place, id: string | undefined): void {
  if (id === undefined) return;
  const type = channelTypes.find((each) => each.type === channel.type);
  const field = type?.fields.find(({ kind }) => kind === 'senders');
  if (id === '*') throw new CliError('everyone-in-file', { channel: channel.name });
  if (!field || (field.pattern?.test(id) ?? true)) return;
  const expected = field.expected.replace(/ or "\*"/, '');
  throw new CliError('channel-id', { id, type: channel.type ?? '', expected });
}
