import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMap, isScalar, parseDocument, visit } from 'yaml';
import { CliError } from './errors.ts';
import { type Project, reasonOf } from './project.ts';

/** What the launcher must know of clawden.yaml to start a container. Whether it is right, the image says. */
export interface ClawdenFile {
  readonly path: string;
  readonly text: string;
  readonly runtime: string | undefined;
  /** `config.port`: the port to publish. */
  readonly port: number | undefined;
  /** Names of variables that it refers to. */
  readonly references: readonly string[];
}

/** The file named with -f, else clawden.yaml of the project if there is one. */
export function readClawdenFile(project: Project, named: string | undefined): ClawdenFile | undefined {
  const path = named ?? join(project.directory, 'clawden.yaml');
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (named === undefined && reasonOf(error) === 'ENOENT') return undefined;
    throw new CliError('file-missing', { file: path, reason: reasonOf(error) });
  }
  return { path, text, ...peek(text) };
}

/** Reads as much as can be read; a broken file yields little and is refused by the image with line and column. */
export function peek(text: string): Pick<ClawdenFile, 'runtime' | 'port' | 'references'> {
  const document = parseDocument(text, { logLevel: 'silent', merge: true });
  const runtime: unknown = isMap(document.contents) ? document.get('runtime') : undefined;
  const port: unknown = isMap(document.contents) ? document.getIn(['config', 'port']) : undefined;
  const references = new Set<string>();
  visit(document, {
    Scalar: (_, node) => {
      if (isScalar(node) && typeof node.value === 'string') namesIn(node.value, references);
    },
  });
  return {
    runtime: typeof runtime === 'string' ? runtime : undefined,
    port: typeof port === 'number' && Number.isInteger(port) && port > 0 && port < 65536 ? port : undefined,
    references: [...references],
  };
}

function namesIn(text: string, found: Set<string>): void {
  for (const match of text.matchAll(/\$\$|\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?::-[^}]*)?\})/g)) {
    const name = match[1] ?? match[2];
    if (name !== undefined) found.add(name);
  }
}
