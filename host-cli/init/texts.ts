import { Document, isSeq, visit } from 'yaml';
import { isOwnServer } from '../../supervisor/config/rules/provider.ts';
import { schemaAddress } from '../../supervisor/config/schema-address.ts';
import type { ChannelField } from '../../supervisor/config/types.ts';
import { parseDotenv } from '../dotenv.ts';
import { lookUp, type Sources } from '../variables.ts';
import type { ChannelWish, Wishes } from './wishes.ts';

/** The text of clawden.yaml. Secrets stand in it by the name of their variable only. */
export function clawdenYaml(wishes: Wishes): string {
  const { runtime, provider, model, channels, tools } = wishes;
  const document = new Document({
    runtime,
    ...(provider ? { provider: provider.name } : {}),
    ...(model ? { model } : {}),
    ...(channels.length > 0 ? { channels: Object.fromEntries(channels.map(entryOf)) } : {}),
    ...(tools.length > 0 ? { tools } : {}),
  });
  visit(document, (_key, node) => {
    if (isSeq(node)) node.flow = true;
  });
  const hint = provider ? '' : '# No provider: an echo of your own words. For a model: provider: anthropic\n';
  return `# yaml-language-server: $schema=${schemaAddress}\n${hint}${document.toString({ lineWidth: 0, flowCollectionPadding: false })}`;
}

function entryOf({ type, allowFrom }: ChannelWish): [string, Record<string, unknown>] {
  const required = type.fields.filter(({ required }) => required);
  const senders = type.fields.find(({ kind }) => kind === 'senders');
  return [
    type.type,
    {
      ...Object.fromEntries(required.map(({ name, variable }) => [name, `$${variable}`])),
      ...(senders && allowFrom.length > 0 ? { [senders.name]: allowFrom.map(idOf) } : {}),
    },
  ];
}

/** Short ids as numbers, as people write them; JavaScript would round the long ones. */
function idOf(id: string): string | number {
  return /^[1-9]\d{0,14}$/.test(id) ? Number(id) : id;
}

/** A variable that the file asks for. */
export interface Need {
  readonly name: string;
  readonly comment: string;
  readonly secret: boolean;
  /** What a value must be like. */
  readonly form?: { readonly pattern: RegExp; readonly expected: string };
}

/** Every variable that the file needs and the project's sources do not have yet. */
export function needsOf(wishes: Wishes, sources: Sources): readonly Need[] {
  const { provider, channels } = wishes;
  const own = provider !== undefined && isOwnServer(provider);
  const key = provider?.keyVariables.some((name) => lookUp(sources, name))
    ? undefined
    : provider?.keyVariables[0];
  const needs: readonly Need[] = [
    ...(own
      ? [{ name: 'CLAWDEN_BASE_URL', comment: 'address of the API, like https://host/v1', secret: false }]
      : []),
    ...(key
      ? [
          {
            name: key,
            comment: `API key of ${provider?.name}${own ? ', if it wants one' : ''}`,
            secret: true,
          },
        ]
      : []),
    ...channels.flatMap(({ type, allowFrom }) =>
      type.fields
        .filter(({ required, kind }) => required && !(kind === 'senders' && allowFrom.length > 0))
        .map((field) => ({
          name: field.variable,
          comment: `${type.title}: ${field.help}`,
          secret: field.secret,
          ...formOf(field),
        })),
    ),
  ];
  return needs.filter(({ name }) => !lookUp(sources, name));
}

/** Of senders there may be several, with commas between. */
function formOf({ kind, pattern, expected }: ChannelField): Pick<Need, 'form'> {
  if (!pattern || kind !== 'senders') return pattern ? { form: { pattern, expected } } : {};
  const one = `(?:\\*|${pattern.source.replace(/^\^|\$$/g, '')})`;
  return { form: { pattern: new RegExp(`^${one}(?:[\\s,]+${one})*$`), expected } };
}

/** `.env` with what is missing at its end; lines that are there stay as they are. */
export function dotenvText(
  before: string | undefined,
  needs: readonly Need[],
  values: ReadonlyMap<string, string>,
): string {
  const there = new Set(parseDotenv(before ?? '', '.env').map(({ name }) => name));
  const lines = needs.flatMap(({ name, comment }) => {
    const value = values.get(name);
    if (value === undefined) return there.has(name) ? [] : [`# ${comment}`, `${name}=`];
    return [`# ${comment}`, `${name}=${quoted(value)}`];
  });
  const head = before ?? '# Values for clawden.yaml. Keep this file out of version control.\n';
  return joined(head, lines);
}

/** .gitignore with the lines that are missing at its end. */
export function gitignoreText(before: string | undefined): string {
  const there = new Set((before ?? '').split(/\r?\n/).map((line) => line.trim().replace(/^\//, '')));
  const missing = ['.env', '.clawden/'].filter(
    (line) => !there.has(line) && !there.has(line.replace(/\/$/, '')),
  );
  return joined(before ?? '', missing);
}

function joined(before: string, lines: readonly string[]): string {
  if (lines.length === 0) return before;
  const gap = before === '' || before.endsWith('\n') ? '' : '\n';
  return `${before}${gap}${lines.join('\n')}\n`;
}

/** So that reading it gives the same value. */
function quoted(value: string): string {
  if (/^[\w@%+=:,./-]+$/.test(value)) return value;
  if (!value.includes("'")) return `'${value}'`;
  return `"${value.replace(/["\\$]/g, '\\$&').replaceAll('\n', '\\n')}"`;
}
