import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What esbuild's metafile tells of each output: how many bytes of which source are in it. */
export interface Metafile {
  readonly outputs: Readonly<
    Record<string, { readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>> }>
  >;
}

/** Folders of the packages whose code is in the bundle, as the metafile has them. */
export function bundledPackages({ outputs }: Metafile): readonly string[] {
  const folders = Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs)
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([path]) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]),
  );
  return [...new Set(folders.filter((folder) => folder !== undefined))].sort();
}

/** The text of THIRD-PARTY-LICENSES.txt. A package without a licence to pass on cannot be shipped: an error. */
export function licences(folders: readonly string[]): string {
  const rule = `\n${'-'.repeat(80)}\n\n`;
  return ['This package contains these packages of others.\n', ...folders.map(licence)].join(rule);
}

function licence(folder: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const { name, version, license } = Object(manifest) as Readonly<Record<string, unknown>>;
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)(\W|$)/i.test(file));
  if (files.every((file) => /^notice/i.test(file))) {
    throw new Error(`${name} ${version} is in the bundle, and ${folder} holds no licence text`);
  }
  const texts = files.sort().map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return `${name} ${version}${typeof license === 'string' ? ` (${license})` : ''}\n\n${texts.join('\n\n')}\n`;
}
