import { isCancel, multiselect, password, select, text } from '@clack/prompts';
import { runtimes } from '../../runtimes/index.ts';
import { channelTypes } from '../../supervisor/channels/fields.ts';
import { type Provider, providers } from '../../supervisor/providers/table.ts';
import { CliError } from '../errors.ts';
import type { Sources } from '../variables.ts';
import { needsOf } from './texts.ts';
import {
  type ChannelWish,
  defaultRuntime,
  listOf,
  providersWithKey,
  type Said,
  type Wishes,
} from './wishes.ts';

const SHOW_CURSOR = '\u001b[?25h';
/** Without it an empty answer is shown as "undefined". */
const mayBeEmpty = { defaultValue: '' };

/** Asks on the terminal for all that no option said. Ctrl-C ends it; nothing was written until then. */
export async function ask(said: Said, sources: Sources): Promise<Wishes> {
  // A prompt hides the cursor, and a signal may end us in the middle of one.
  const restore = (): boolean => process.stdout.write(SHOW_CURSOR);
  process.once('exit', restore);
  try {
    const runtime = said.runtime ?? (await askRuntime());
    const provider = said.provider ?? (await askProvider(sources));
    const model = said.model ?? (await askModel(provider));
    const channels = said.channels ?? (await askChannels());
    const tools = said.tools ?? (await askTools());
    const wishes = { runtime, provider, ...(model ? { model } : {}), channels, tools };
    return { ...wishes, values: await askValues({ ...wishes, values: new Map() }, sources) };
  } finally {
    process.off('exit', restore);
  }
}

function askRuntime(): Promise<string> {
  return answered(
    select({
      message: 'Which runtime?',
      options: runtimes.map(({ descriptor }) => ({ value: descriptor.name, label: descriptor.title })),
      initialValue: defaultRuntime(),
    }),
  );
}

async function askProvider(sources: Sources): Promise<Provider> {
  const keyed = providersWithKey(sources);
  const name = await answered(
    select({
      message: 'Where does the model answer?',
      options: providers.map((provider) => ({ value: provider.name, hint: hintOf(provider, keyed) })),
      ...(keyed[0] ? { initialValue: keyed[0].name } : {}),
    }),
  );
  return providers.find((provider) => provider.name === name) as Provider;
}

function hintOf(provider: Provider, keyed: readonly Provider[]): string {
  if (provider.builtIn) return 'no model: it repeats your words';
  if (keyed.includes(provider)) return 'its key is set';
  const [key] = provider.keyVariables;
  return key ? `needs ${key}` : 'needs no key';
}

/** Only where the provider has no model of its own to start with. */
async function askModel(provider: Provider): Promise<string | undefined> {
  if (provider.defaultModel !== undefined) return undefined;
  const validate = (value: string): string | undefined =>
    value.trim() === '' ? 'a model is needed' : undefined;
  return (await answered(text({ message: `Which model of ${provider.name}?`, validate }))).trim();
}

/** Whoever may talk on them is not asked for: an account that was not said whose it is waits for its owner. */
async function askChannels(): Promise<readonly ChannelWish[]> {
  const chosen = await answered(
    multiselect({
      message: 'On which channels? (space marks, enter goes on; none is fine)',
      options: channelTypes.map(({ type, title }) => ({ value: type, label: type, hint: title })),
      required: false,
    }),
  );
  return channelTypes.filter(({ type }) => chosen.includes(type)).map((type) => ({ type, allowFrom: [] }));
}

async function askTools(): Promise<readonly string[]> {
  return listOf([
    (await answered(text({ message: 'Tools? (e.g. git,http; empty: none)', ...mayBeEmpty }))) ?? '',
  ]);
}

/** Values of what the file needs and nobody has set; empty answers are left for later. Secrets are not echoed. */
async function askValues(wishes: Wishes, sources: Sources): Promise<ReadonlyMap<string, string>> {
  const values = new Map<string, string>();
  for (const { name, comment, secret, form } of needsOf(wishes, sources)) {
    const message = `${name} (${comment}; empty: later, in .env)`;
    const validate = (value?: string): string | undefined =>
      !form || !value?.trim() || form.pattern.test(value.trim()) ? undefined : `expected: ${form.expected}`;
    const value = await answered(
      secret ? password({ message, mask: '•', validate }) : text({ message, validate, ...mayBeEmpty }),
    );
    if (value?.trim()) values.set(name, value.trim());
  }
  return values;
}

async function answered<T>(question: Promise<T | symbol>): Promise<T> {
  const answer = await question;
  if (isCancel(answer)) throw new CliError('interrupted');
  return answer as T;
}
