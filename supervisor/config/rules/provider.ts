import type { ChannelPlan } from '../../../runtimes/contract.ts';
import { near, shown } from '../../errors/wording.ts';
import { type Dialect, type Provider, providerNamed, providers } from '../../providers/table.ts';
import type { KnownRuntime, ProviderPlan, Variable } from '../types.ts';
import { type Context, isSpoiled, pick, report, twice } from './context.ts';
import { chooseModel, chooseUrl } from './endpoint.ts';

/** Named, else the only one whose key is set, else echo when nobody can reach the agent from outside. */
export function chooseProvider(
  context: Context,
  runtime: KnownRuntime | undefined,
  channels: readonly Pick<ChannelPlan, 'name'>[],
): ProviderPlan | undefined {
  const provider = providerOf(context, channels);
  if (!provider) return undefined;
  const apiKey = keyOf(context, provider);
  const dialect = dialectOf(context, provider, runtime);
  const baseUrl = dialect && chooseUrl(context, provider, dialect);
  const model = chooseModel(context, provider);
  if (!dialect || baseUrl === undefined || model === undefined) return undefined;
  return { provider, model, dialect, baseUrl, ...(apiKey === undefined ? {} : { apiKey }) };
}

/** The address is the user's own: there is no default, and its server may want no key. */
export function isOwnServer(provider: Provider): boolean {
  return Object.keys(provider.baseUrls).length === 0;
}

function providerOf(context: Context, channels: readonly Pick<ChannelPlan, 'name'>[]): Provider | undefined {
  const { settings, input } = context;
  if (settings.isBroken(['provider']) || isSpoiled(context, 'CLAWDEN_PROVIDER')) return undefined;
  const written = pick(context, 'provider', settings.provider, input.variables.get('CLAWDEN_PROVIDER'));
  if (written) {
    const provider = providerNamed(written.value);
    const known = providers.map(({ name }) => name);
    const unknown = { name: shown(written.value), near: near(written.value, known), known: known.join(', ') };
    if (!provider) return report(context, 'unknown-provider', unknown, written.at);
    if (provider.builtIn)
      context.notices.push(`provider ${provider.name}: no model answers, but an echo of your own words`);
    return provider;
  }
  const keyed = providers.filter((provider) => provider.keyVariables.some((name) => isSet(context, name)));
  const [only, second] = keyed;
  if (only && second) {
    const keys = keyed
      .map((provider) => provider.keyVariables.find((name) => isSet(context, name)))
      .join(' and ');
    return report(context, 'provider-unclear', { keys });
  }
  if (only) return only;
  if (input.variables.get('CLAWDEN_BASE_URL')) return providers.find(isOwnServer);
  if (channels.length > 0) {
    return report(context, 'no-provider', { channel: channels.map(({ name }) => name).join(', ') });
  }
  if (settings.isBroken(['channels']) || isSpoiled(context, 'CHANNELS')) return undefined;
  context.notices.push(
    "no provider is set: no model answers, but an echo of your own words; set ANTHROPIC_API_KEY, another provider's key, or CLAWDEN_PROVIDER",
  );
  return providers.find((provider) => provider.builtIn);
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
