type Outputs = Pick<NodeJS.Process, 'stdout' | 'stderr' | 'exit'>;

/** What happens when nobody reads any more. Without a handler Node ends the process with a stack trace. */
export function guardOutput({ stdout, stderr, exit }: Outputs): void {
  // A reader that has seen enough (`clawden logs | head`) is no error.
  stdout.on('error', (error: NodeJS.ErrnoException) => exit(error.code === 'EPIPE' ? 0 : 1));
  // Words for people that nobody reads are no reason to leave the work half done.
  stderr.on('error', () => undefined);
}
