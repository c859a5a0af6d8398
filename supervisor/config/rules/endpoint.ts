import { shown } from '../../errors/wording.ts';
import type { Dialect, Provider } from '../../providers/table.ts';
import type { Place, Written } from '../settings.ts';
import { type Context, isSpoiled, pick, report } from './context.ts';

/** Where the provider answers: `base_url` of its entry or CLAWDEN_BASE_URL, else its usual address. */
export function chooseUrl(
  context: Context,
  provider: Provider,
  dialect: Dialect,
  written: Written<string> | undefined,
): string | undefined {
  const variable = context.input.variables.get('CLAWDEN_BASE_URL');
  const chosen = pick(context, 'base_url', written, variable);
  if (!chosen) {
    const usual = provider.baseUrls[dialect];
    if (isSpoiled(context, 'CLAWDEN_BASE_URL')) return undefined;
    if (usual === undefined) return report(context, 'base-url-missing', { provider: provider.name });
    noteLoopback(context, usual);
    return usual;
  }
  const path = written ? addressPath(provider.name) : 'CLAWDEN_BASE_URL';
  if (provider.builtIn) {
    const detail = `means nothing to provider ${provider.name}`;
    return report(
      context,
      'wrong-value',
      { path, detail, expected: 'another provider, or no address' },
      chosen.at,
    );
  }
  const fault = urlFault(chosen.value);
  if (fault) return reportUrl(context, path, fault, chosen.at);
  noteLoopback(context, chosen.value);
  return chosen.value.replace(/\/+$/, '');
}

/** How an entry's address is called. */
export function addressPath(provider: string): string {
  return `providers.${shown(provider)}.base_url`;
}

export function reportUrl(context: Context, path: string, detail: string, at: Place): undefined {
  return report(
    context,
    'wrong-value',
    { path, detail, expected: 'an http(s) address, like https://host/v1' },
    at,
  );
}

/** The model as the provider names it: chosen, else the provider's default. */
export function chooseModel(context: Context, provider: Provider): string | undefined {
  const { settings, input } = context;
  if (settings.isBroken(['model']) || isSpoiled(context, 'CLAWDEN_MODEL')) return undefined;
  const chosen = pick(context, 'model', settings.model, input.variables.get('CLAWDEN_MODEL'));
  if (!chosen) {
    return provider.defaultModel ?? report(context, 'model-missing', { provider: provider.name });
  }
  if (/^[\x21-\x7e]{1,200}$/.test(chosen.value)) return chosen.value;
  const detail = `is "${shown(chosen.value)}"`;
  const expected = 'the name of one model, without blanks';
  return report(context, 'wrong-value', { path: 'model', detail, expected }, chosen.at);
}

/** What is wrong with an address; nothing in it is repeated beyond its scheme: it may hold a password. */
export function urlFault(text: string): string | undefined {
  const url = URL.parse(text);
  if (!url) return 'is no address';
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return `begins with ${shown(url.protocol)}`;
  if (url.username || url.password) return 'holds a user or a password';
  if (url.search || url.hash) return 'holds a ? or a #';
  return undefined;
}

function noteLoopback(context: Context, address: string): void {
  const host = URL.parse(address)?.hostname;
  if (host !== 'localhost' && host !== '[::1]' && !host?.startsWith('127.')) return;
  context.notices.push(
    `the provider's address ${address} is this container itself; a server on the host is http://host.docker.internal:PORT (docker run --add-host host.docker.internal:host-gateway)`,
  );
}
