import type { ChannelPlan } from '../../../runtimes/contract.ts';
import { near, shown } from '../../errors/wording.ts';
import { type Dialect, type Provider, providerNamed, providers } from '../../providers/table.ts';
import type { Written, WrittenProvider } from '../settings.ts';
import type { KnownRuntime, ProviderPlan, Variable } from '../types.ts';
import { type Context, isSpoiled, type Picked, pick, report, twice } from './context.ts';
import { addressPath, chooseModel, chooseUrl, reportUrl, urlFault } from './endpoint.ts';

/** Named, else the only one whose key is set, else echo when nobody can reach the agent from outside. */
export function chooseProvider(
  context: Context,
  runtime: KnownRuntime | undefined,
  channels: readonly Pick<ChannelPlan, 'name'>[],
): ProviderPlan | undefined {
  if (!context.settings.isBroken(['providers']))
    for (const defined of context.settings.providers) checkDefined(context, defined);
  const chosen = providerOf(context, channels);
  if (!chosen) return undefined;
  const { provider, type = provider.name, apiKey: written, baseUrl: address } = chosen;
  const apiKey = written ? ownKey(context, written) : keyOf(context, provider);
  const dialect = dialectOf(context, provider, runtime);
  const baseUrl = dialect && chooseUrl(context, provider, dialect, address);
  const model = chooseModel(context, provider);
  if (!dialect || baseUrl === undefined || model === undefined) return undefined;
  return { provider, type, model, dialect, baseUrl, ...(apiKey === undefined ? {} : { apiKey }) };
}

/** The address is the user's own: there is no default, and its server may want no key. */
export function isOwnServer(provider: Provider): boolean {
  return Object.keys(provider.baseUrls).length === 0;
}

interface Chosen {
  readonly provider: Provider;
  /** Where it is called by another name. */
  readonly type?: string;
  readonly apiKey?: Written<string>;
  readonly baseUrl?: Written<string>;
}

function providerOf(context: Context, channels: readonly Pick<ChannelPlan, 'name'>[]): Chosen | undefined {
  const { settings, input } = context;
  if (settings.isBroken(['provider']) || isSpoiled(context, 'CLAWDEN_PROVIDER')) return undefined;
  const written = pick(context, 'provider', settings.provider, input.variables.get('CLAWDEN_PROVIDER'));
  if (written) return named(context, written);
  if (settings.isBroken(['providers'])) return undefined;
  const [defined, another] = settings.providers;
  if (defined && another) {
    const names = settings.providers.map(({ name }) => shown(name)).join(', ');
    return report(context, 'provider-choice', { names, first: shown(defined.name) }, defined.at);
  }
  if (defined) {
    context.origins['provider'] = defined.at.where;
    return definedProvider(context, defined);
  }
  const keyed = providers.filter((provider) => provider.keyVariables.some((name) => isSet(context, name)));
  const [only, second] = keyed;
  if (only && second) {
    const keys = keyed
      .map((provider) => provider.keyVariables.find((name) => isSet(context, name)))
      .join(' and ');
    return report(context, 'provider-unclear', { keys });
  }
  if (only) {
    const key = only.keyVariables.map((name) => input.variables.get(name)).find(Boolean);
    if (key) context.origins['provider'] = key.origin;
    return { provider: only };
  }
  const own = providers.find(isOwnServer);
  const address = input.variables.get('CLAWDEN_BASE_URL');
  if (own && address) {
    context.origins['provider'] = address.origin;
    return { provider: own };
  }
  if (channels.length > 0) {
    return report(context, 'no-provider', { channel: channels.map(({ name }) => name).join(', ') });
  }
  if (settings.isBroken(['channels']) || isSpoiled(context, 'CHANNELS')) return undefined;
  context.notices.push(
    "no provider is set: no model answers, but an echo of your own words; set ANTHROPIC_API_KEY, another provider's key, or CLAWDEN_PROVIDER",
  );
  const echo = providers.find((provider) => provider.builtIn);
  return echo && { provider: echo };
}

function named(context: Context, written: Picked): Chosen | undefined {
  const { providers: own } = context.settings;
  const defined = own.find(({ name }) => name === written.value);
  if (defined) return definedProvider(context, defined);
  const provider = providerNamed(written.value);
  if (!provider) {
    const known = [...own.map(({ name }) => name), ...providers.map(({ name }) => name)];
    const unknown = { name: shown(written.value), near: near(written.value, known), known: known.join(', ') };
    return report(context, 'unknown-provider', unknown, written.at);
  }
  if (provider.builtIn)
    context.notices.push(`provider ${provider.name}: no model answers, but an echo of your own words`);
  return { provider };
}

/** An entry of `providers:`: a known provider by another name, with a key or an address of its own. */
function definedProvider(context: Context, defined: WrittenProvider): Chosen | undefined {
  const base = knownBase(defined);
  if (!base) return undefined;
  const { apiKey, baseUrl, references, written, problems } = defined.open();
  for (const [key, name] of Object.entries({ api_key: 'provider.key', base_url: 'base_url' })) {
    const text = written.get(`providers.${defined.name}.${key}`);
    if (text !== undefined) context.written[name] = text;
  }
  for (const variable of references) context.input.variables.refer(variable);
  context.problems.push(...problems);
  if (problems.length > 0) return undefined;
  return {
    provider: { ...base, name: defined.name },
    type: base.name,
    ...(apiKey ? { apiKey } : {}),
    ...(baseUrl ? { baseUrl } : {}),
  };
}

/** An entry that nobody chose may be mistyped as well; only its references are left for whoever needs them. */
function checkDefined(context: Context, defined: WrittenProvider): void {
  const { name, type, address, at } = defined;
  const fault = address && !address.value.includes('$') && urlFault(address.value);
  if (fault) reportUrl(context, addressPath(name), fault, address.at);
  if (knownBase(defined)) return;
  const known = providers.map((provider) => provider.name);
  if (type) {
    const unknown = { name: shown(type.value), near: near(type.value, known), known: known.join(', ') };
    report(context, 'unknown-provider', unknown, type.at);
  } else
    report(context, 'missing-key', { path: `providers.${shown(name)}.type`, example: 'type: openai' }, at);
}

function knownBase({ name, type, address }: WrittenProvider): Provider | undefined {
  if (type) return providerNamed(type.value);
  return providerNamed(name) ?? (address ? providers.find(isOwnServer) : undefined);
}

function ownKey(context: Context, { value, at }: Written<string>): string | undefined {
  context.origins['provider.key'] = at.where;
  context.secrets.add(value);
  if (/^[\x21-\x7e]+$/.test(value)) return value;
  const detail = 'is empty, or holds blanks, line breaks or characters outside ASCII';
  return report(
    context,
    'wrong-value',
    { path: 'api_key', detail, expected: 'the key as it was given to you' },
    at,
  );
}

/** A key whose door is broken is set as well: the user wants that provider. */
function isSet(context: Context, name: string): boolean {
  return context.input.variables.refer(name).kind !== 'unset';
}

function keyOf(context: Context, provider: Provider): string | undefined {
  const references = provider.keyVariables.map((name) => context.input.variables.refer(name));
  const found = references.flatMap((reference) => (reference.kind === 'value' ? [reference.variable] : []));
  const [first, other] = found;
  if (first && other && first.value !== other.value) twiceKey(context, provider, first, other);
  if (first) {
    context.origins['provider.key'] = first.origin;
    return first.value;
  }
  const name = provider.keyVariables[0];
  const broken = references.some(({ kind }) => kind === 'problem');
  if (!name || broken || isOwnServer(provider)) return undefined;
  return report(context, 'provider-key-missing', { provider: provider.name, name });
}

function twiceKey(context: Context, provider: Provider, first: Variable, other: Variable): void {
  twice(context, `the key of provider ${provider.name}`, { where: first.origin }, other.origin);
}

/** The provider's first dialect that the runtime takes: each vendor's own stands first in the table. An own server is asked in OpenAI's. */
function dialectOf(
  context: Context,
  provider: Provider,
  runtime: KnownRuntime | undefined,
): Dialect | undefined {
  const spoken = runtime?.descriptor.dialects ?? ['openai', 'anthropic'];
  const offered = isOwnServer(provider) ? ['openai'] : Object.keys(provider.baseUrls);
  const dialect = offered.flatMap((name) => spoken.filter((candidate) => candidate === name))[0];
  if (dialect) return dialect;
  const known = providers
    .filter(({ baseUrls }) => spoken.some((candidate) => baseUrls[candidate] !== undefined))
    .map(({ name }) => name)
    .join(', ');
  return report(context, 'dialect-missing', {
    runtime: runtime?.descriptor.title ?? 'the runtime',
    provider: provider.name,
    known,
  });
}
