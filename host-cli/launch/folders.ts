import { homedir } from 'node:os';
import { dirname } from 'node:path';
import type { ConfigFile, Plan } from '../../supervisor/config/types.ts';
import type { IdMapping } from '../id-mapping.ts';
import { bindMount } from '../mounts.ts';
import type { FoundFile } from '../planning.ts';
import type { Project } from '../project.ts';
import { toolMounts } from '../tool-folders.ts';
import { currentCaller, prepareWorkspace } from '../workspace.ts';
import { type WorkspacePlace, workspacePath } from '../workspace-path.ts';

export interface FolderChoices {
  readonly project: Project;
  readonly plan: Plan;
  readonly file: FoundFile | undefined;
  readonly defaults: ConfigFile | undefined;
  /** It is the only instance of the project. */
  readonly alone: boolean;
  /** It was called so by `run --name`, and is none of the file's several. */
  readonly named?: boolean;
  readonly mapping: IdMapping;
  /** Tools that the image has. */
  readonly imageTools: readonly string[];
}

export interface Folders {
  /** Engine options for the folders that an instance sees, and for the user that shares them. */
  readonly options: readonly string[];
  /** Absolute path on this machine. */
  readonly workspace: string;
}

/** The folders of this machine that an instance sees; the workspace is made where it is missing. */
export function prepareFolders(choices: FolderChoices): Folders {
  const { plan, defaults, mapping, imageTools } = choices;
  const place = placeOf(choices);
  const workspace = prepareWorkspace({ ...place, caller: currentCaller(), mapping });
  const options = [
    ...workspace.mount,
    ...workspace.user,
    ...toolMounts(plan.tools, { home: homedir(), image: imageTools }),
    // The same on both sides: what was planned with them here is planned with them there.
    ...(defaults ? bindMount(defaults.path, defaults.path, 'read-only') : []),
  ];
  return { options, workspace: workspacePath(place) };
}

function placeOf({ project, plan, file, alone, named = false }: FolderChoices): WorkspacePlace {
  return {
    instance: plan.instance,
    alone,
    named,
    written: plan.host.workspace,
    projectDirectory: project.directory,
    fileDirectory: file ? dirname(file.location) : project.directory,
    home: homedir(),
  };
}
