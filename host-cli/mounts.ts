/** The image's user, and so the owner of what its agents make. */
export const agentUid = 10_000;

/** Where a container has its workspace. */
export const WORKSPACE = '/home/clawden/workspace';

/** Words of `docker run` that show a file or folder of this machine in the container. */
export function bindMount(
  source: string,
  target: string,
  access: 'read-only' | 'writable',
): readonly string[] {
  // --mount, not --volume: a missing source is an error instead of a new directory. Its value is one CSV record.
  const field = `source=${source}`;
  const quoted = /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
  return ['--mount', `type=bind,${quoted},target=${target}${access === 'read-only' ? ',readonly' : ''}`];
}

/** A path as a shell takes it, for lines to type. */
export function quoted(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
