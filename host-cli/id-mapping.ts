/**
 * Who the users of a container are outside of it. `same`: the same numbers. `virtual`: a virtual machine whose shared
 * folders belong to the caller whoever writes. `rootless`: group 0 is the caller's, other numbers are strangers' (also
 * Docker Desktop on Linux). `remapped`: all are strangers' (userns-remap).
 */
export type IdMapping = 'same' | 'virtual' | 'rootless' | 'remapped';

/** Reads `info --format '{{json .}}'` of docker or podman. */
export function idMapping(info: string, platform: NodeJS.Platform): IdMapping {
  if (platform === 'darwin' || platform === 'win32') return 'virtual';
  const facts = JSON.parse(info) as Facts;
  const options = facts.SecurityOptions ?? [];
  const has = (name: string): boolean => options.some((option) => option.split(',')[0] === `name=${name}`);
  if (facts.host?.security?.rootless || has('rootless')) return 'rootless';
  if (facts.OperatingSystem?.startsWith('Docker Desktop')) return 'rootless';
  return has('userns') ? 'remapped' : 'same';
}

interface Facts {
  readonly SecurityOptions?: readonly string[] | null;
  readonly OperatingSystem?: string;
  /** podman's own form. */
  readonly host?: { readonly security?: { readonly rootless?: boolean } };
}
