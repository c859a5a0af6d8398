/** Becomes another user, where it is told to, and prepares a workspace. stdin: `{as?, request}`; stdout: what came of it. */
import { readFileSync } from 'node:fs';
import { CliError } from '../../host-cli/errors.ts';
import { currentCaller, prepareWorkspace, type WorkspaceRequest } from '../../host-cli/workspace.ts';

const { as, request } = JSON.parse(readFileSync(0, 'utf8')) as {
  readonly as?: { readonly uid: number; readonly gid: number; readonly groups?: readonly number[] };
  readonly request: Omit<WorkspaceRequest, 'caller'>;
};
if (as) {
  process.setgroups?.([...(as.groups ?? [])]);
  process.setgid?.(as.gid);
  process.setuid?.(as.uid);
}
process.umask(0o022);
try {
  console.log(JSON.stringify(prepareWorkspace({ ...request, caller: currentCaller() })));
} catch (error) {
  if (!(error instanceof CliError)) throw error;
  const { code, message, fix, exit } = error;
  console.log(JSON.stringify({ error: { code, message, fix, exit } }));
}
