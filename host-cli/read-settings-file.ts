import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { CliError } from './errors.ts';
import { agentUid, quoted } from './mounts.ts';
import { reasonOf } from './project.ts';

/**
 * A file that decides what is started: clawden.yaml, `.env`, site defaults. One that an agent made is refused, since
 * whoever types `clawden up` inside a workspace would start what its agent wrote there, with the caller's rights.
 * Undefined: an optional one that is not there.
 */
export function readSettingsFile(path: string, need: 'required' | 'optional'): string | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if (need === 'optional' && reasonOf(error) === 'ENOENT') return undefined;
    throw new CliError('file-missing', { file: path, reason: reasonOf(error) });
  }
  try {
    if (fstatSync(file).uid === agentUid && process.getuid?.() !== agentUid)
      throw new CliError('file-of-agent', { file: path, uid: agentUid, quoted: quoted(path) });
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError('file-missing', { file: path, reason: reasonOf(error) });
  } finally {
    closeSync(file);
  }
}
