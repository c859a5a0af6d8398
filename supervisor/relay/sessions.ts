import { createHash, randomUUID } from 'node:crypto';

/**
 * A session id that every runtime keeps apart from all others: `[a-z0-9-]`, at most 64 characters. Some lower-case ids,
 * some cut them, some turn signs into `_`; so an id is kept only when none of that changes it, else it is hashed.
 */
export function safeSession(id: string): string {
  // An id that looks like one of ours is hashed too, or a client could name another's session.
  if (/^[a-z0-9-]{1,64}$/.test(id) && !OURS.test(id)) return id;
  return `h-${createHash('sha256').update(id).digest('hex').slice(0, 32)}`;
}

/** A session that nobody can name again. */
export function freshSession(): string {
  return `f-${randomUUID().replaceAll('-', '')}`;
}

const OURS = /^[cfh]-[0-9a-f]{32}$/;
