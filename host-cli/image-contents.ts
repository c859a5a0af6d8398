import type { ImageContents } from '../supervisor/config/types.ts';
import type { Image } from './engine-records.ts';
import { CliError } from './errors.ts';

/** What an image says of itself in its labels (scripts/image.mjs writes them). */
export interface ImageFacts {
  readonly contents: ImageContents;
  /** Of the supervisor, Node, each runtime, each tool. */
  readonly versions: { readonly [part: string]: string };
  /** Port inside the container, by runtime. */
  readonly ports: { readonly [runtime: string]: number };
  /** Seconds from the stop signal until the engine may kill, by runtime. */
  readonly stopTimeouts: { readonly [runtime: string]: number };
  /** A sentence for people when this command and the image are of different releases. */
  readonly skew: string | undefined;
}

export interface ImageQuestion {
  readonly image: Image;
  /** As the user calls it. */
  readonly reference: string;
  /** Folders that will be mounted as tools. */
  readonly toolFolders: readonly string[];
  /** Variables that those take, by tool. */
  readonly toolVariables?: { readonly [tool: string]: readonly string[] };
  /** Version of this command. */
  readonly version: string;
}

const PREFIX = 'io.clawden.';

/** Reads the labels. Throws `image-foreign` (69) for an image that is none of ours. */
export function readImageFacts(question: ImageQuestion): ImageFacts {
  const { image, reference, toolFolders, toolVariables, version } = question;
  const own = image.labels[`${PREFIX}version.supervisor`];
  if (!own) throw new CliError('image-foreign', { image: reference, label: `${PREFIX}version.supervisor` });
  const plugins = Object.entries(below(image, 'plugins')).map(([runtime, text]) => [runtime, list(text)]);
  return {
    contents: {
      runtimes: list(image.labels[`${PREFIX}runtimes`]),
      tools: [...new Set([...list(image.labels[`${PREFIX}tools`]), ...toolFolders])],
      plugins: Object.fromEntries(plugins),
      toolVariables: {
        ...Object.fromEntries(
          Object.entries(below(image, 'variables')).map(([tool, text]) => [tool, list(text)]),
        ),
        ...toolVariables,
      },
    },
    versions: below(image, 'version'),
    ports: numbers(below(image, 'port')),
    stopTimeouts: numbers(below(image, 'stop-timeout')),
    skew: skew(version, own, reference),
  };
}

function skew(command: string, image: string, reference: string): string | undefined {
  if (release(command) === release(image)) return undefined;
  return `clawden ${command} starts ${reference}, whose supervisor is ${image}: what one of them has learned since, the other does not know`;
}

/** major.minor: patch releases understand each other. */
function release(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}

/** Labels `io.clawden.<kind>.<name>`, by name. */
function below({ labels }: Image, kind: string): Record<string, string> {
  const prefix = `${PREFIX}${kind}.`;
  return Object.fromEntries(
    Object.entries(labels).flatMap(([label, value]) =>
      label.startsWith(prefix) ? [[label.slice(prefix.length), value]] : [],
    ),
  );
}

function list(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
}

/** An image by hand may say anything: what is no positive whole number counts as unsaid. */
function numbers(texts: Readonly<Record<string, string>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(texts).flatMap(([name, text]) => {
      const value = Number(text);
      return Number.isInteger(value) && value > 0 ? [[name, value]] : [];
    }),
  );
}
