import { createRequire } from 'node:module';

const PR_SET_DUMPABLE = 4;

type Koffi = typeof import('koffi');

/**
 * Makes this process unreadable to others of the same uid, the agent's tools first among them: no /proc/PID/environ,
 * no /proc/PID/mem, no ptrace. An execute-only node binary has that effect from the first instruction; this is the
 * belt for images whose binary is readable. Must come before the first secret is read; throws when it cannot.
 */
export function hide(): void {
  // An unhandled SIGUSR1 opens Node's inspector, which reads everything.
  process.on('SIGUSR1', () => undefined);
  if (process.platform !== 'linux') return;
  const koffi = createRequire(process.argv[1] ?? `${process.cwd()}/`)('koffi') as Koffi;
  // null is the running program itself: its C library, whatever that is called here.
  const prctl = koffi.load(null).func('int prctl(int, ulong, ulong, ulong, ulong)');
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) !== 0) throw new Error('prctl(PR_SET_DUMPABLE, 0) failed');
}
