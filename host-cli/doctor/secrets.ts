import { statSync } from 'node:fs';
import { join } from 'node:path';
import { quoted } from '../mounts.ts';
import { type Project, reasonOf } from '../project.ts';
import { query } from '../query.ts';
import type { Findings } from './finding.ts';

/** `.env`: readable by its owner alone, and kept out of git. */
export async function checkSecrets(project: Project, environment: NodeJS.ProcessEnv): Promise<Findings> {
  const file = join(project.directory, '.env');
  let mode: number;
  try {
    mode = statSync(file).mode & 0o777;
  } catch (error) {
    if (reasonOf(error) === 'ENOENT') return [{ level: 'skipped', text: 'there is no .env here' }];
    throw error;
  }
  const open = process.platform !== 'win32' && (mode & 0o077) !== 0;
  const text = `.env may be read by others (mode ${mode.toString(8)})`;
  const rights: Findings = open ? [{ level: 'warning', text, fix: `chmod 600 ${quoted(file)}` }] : [];
  const found = [...rights, ...(await checkGit(project, environment))];
  return found.length > 0 ? found : [{ level: 'ok', text: '.env is yours alone' }];
}

async function checkGit(project: Project, environment: NodeJS.ProcessEnv): Promise<Findings> {
  const git = (...argv: readonly string[]) =>
    query('git', ['-C', project.directory, ...argv], { environment, limit: 5_000 });
  // Also where there is no git at all.
  if (!(await git('rev-parse', '--is-inside-work-tree')).ok) return [];
  if ((await git('ls-files', '--error-unmatch', '.env')).ok) {
    const fix = 'git rm --cached .env   and give every secret in it a new value: it is in the history';
    return [{ level: 'error', text: '.env is under version control', fix }];
  }
  if ((await git('check-ignore', '--quiet', '.env')).ok) return [];
  return [
    {
      level: 'warning',
      text: '.env is not ignored by git',
      fix: `echo .env >> ${quoted(join(project.directory, '.gitignore'))}`,
    },
  ];
}
