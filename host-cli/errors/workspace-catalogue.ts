import type { Entry } from './entry.ts';

/** What can be wrong with the folder that is to be the agent's workspace. */
export const workspaceCatalogue = {
  'workspace-refused': {
    exit: 78,
    message: '{path} cannot be a workspace: {reason}',
    fix: 'workspace: {instead}',
  },
  'workspace-is-link': {
    exit: 73,
    message: 'the workspace {path} is a symbolic link to {target}; it is not followed',
    fix: 'workspace: {target}   or: rm {quoted}',
  },
  'workspace-planted-link': {
    exit: 73,
    message:
      '{path}, on the way to the workspace, is a symbolic link that another user made (uid {uid}); it is not followed',
    fix: 'rm {quoted}',
  },
  'workspace-not-folder': {
    exit: 73,
    message: 'the workspace {path} cannot be made: {file} is no folder',
    fix: 'mv {quoted} {quoted}.old',
  },
  'workspace-unmade': {
    exit: 73,
    message: 'the workspace {path} cannot be made ({reason})',
    fix: 'sudo install -d -m 2775 -o "$(id -u)" -g "$(id -g)" {quoted}   or another folder: workspace: PATH',
  },
  'workspace-foreign': {
    exit: 73,
    message: 'the workspace {path} belongs to {owner}, and its group may not do with it what you may',
    fix: 'sudo chown -R "$(id -u):$(id -g)" {quoted}   or another folder: workspace: PATH',
  },
  'workspace-read-only': {
    exit: 73,
    message: 'the workspace {path} cannot be written by you ({reason})',
    fix: '{next}',
  },
  'workspace-nested': {
    exit: 73,
    message:
      'the workspaces of {instance} ({path}) and {other} lie in each other: an agent could put a link to any folder in the place of the inner one',
    fix: '{next}',
  },
  'workspace-rights': {
    exit: 73,
    message: 'the workspace {path} does not take the rights by which its group may write ({reason})',
    fix: 'a folder on a file system that keeps rights: workspace: PATH',
  },
  'workspace-remapped': {
    exit: 69,
    message:
      "this engine maps users (userns-remap): it has no group of yours, by which {path} could be both yours and the agent's",
    fix: 'an engine without userns-remap, or a rootless one: DOCKER_HOST=…',
  },
} as const satisfies Record<string, Entry>;
