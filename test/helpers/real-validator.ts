import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Rendered, RenderInput } from '../../runtimes/contract.ts';
import { input } from '../../runtimes/openclaw/testing.ts';
import { docker, image, scratch } from './docker.ts';

/** Input of a render whose file lies where `judgeAll` puts it. */
export function caseInput(name: string, changes: Partial<RenderInput> = {}): RenderInput {
  const base = input(changes);
  return { ...base, paths: { ...base.paths, state: '/tmp/state', rendered: `/cases/${name}` } };
}

export interface Judged {
  /** Of the validator, as `judge` takes it. */
  readonly name: string;
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

// One container for all: a container's start costs as much as a validation.
const loop = `
const { spawnSync } = require('node:child_process');
const { mkdirSync, rmSync, writeFileSync } = require('node:fs');
mkdirSync('/tmp/state/cache', { recursive: true });
const results = {};
for (const { name, files, argv, environment } of require('/cases/cases.json')) {
  for (const { path, content, mode } of files) {
    if (!path.startsWith('/tmp/state/')) continue;
    // Of the case before, and not writable.
    rmSync(path, { force: true });
    writeFileSync(path, content, { mode });
  }
  const began = Date.now();
  const env = { PATH: process.env.PATH, HOME: '/tmp', ...environment };
  const { status, stdout, stderr } = spawnSync(argv[0], argv.slice(1), { env, encoding: 'utf8', timeout: 120000 });
  results[name] = { name, code: status, stdout, stderr, seconds: (Date.now() - began) / 1000 };
}
console.log(JSON.stringify(results));
`;

/** Has the real validator of the image judge rendered files, exactly as the supervisor asks it. */
export async function judgeAll(
  rendered: Readonly<Record<string, Rendered>>,
): Promise<Readonly<Record<string, Judged>>> {
  using folder = scratch();
  chmodSync(folder.path, 0o755);
  const cases = Object.entries(rendered).map(([name, { files, environment, validators }]) => {
    mkdirSync(join(folder.path, name));
    for (const { path, content } of files) {
      if (path.startsWith('/cases/')) writeFileSync(path.replace('/cases', folder.path), content);
    }
    return { name, files, argv: validators[0]?.argv ?? [], environment };
  });
  writeFileSync(join(folder.path, 'cases.json'), JSON.stringify(cases));
  writeFileSync(join(folder.path, 'loop.cjs'), loop);
  const words = ['run', '--rm', '--label', 'io.clawden.test=1', '-v', `${folder.path}:/cases:ro`];
  const outcome = await docker([...words, '--entrypoint', 'node', image, '/cases/loop.cjs']);
  if (outcome.code !== 0) throw new Error(`the validation could not be run: ${outcome.all}`);
  return JSON.parse(outcome.stdout) as Readonly<Record<string, Judged>>;
}
