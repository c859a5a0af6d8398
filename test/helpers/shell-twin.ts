import { docker, image, type Outcome } from './docker.ts';

const file = new URL('../fakes/shell-twin.mjs', import.meta.url).pathname;

/** Words for `docker run` that put bash into OpenClaw's place. */
export const bashAsRuntime: readonly string[] = [
  '-v',
  `${file}:/opt/clawden/runtimes/openclaw/node_modules/openclaw/openclaw.mjs:ro`,
];

/** What a shell inside the image types to run the supervisor as the image does. */
export const supervisorLine = 'node --disable-sigusr1 /opt/clawden/supervisor.cjs';

export interface Bench {
  readonly id: string;
  /** Runs a bash script in it. */
  readonly script: (text: string, input?: string) => Promise<Outcome>;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

/** A container in which scripts start supervisors, one after the other: a boot there costs a fifth of a second. */
export async function openBench(run: readonly string[] = []): Promise<Bench> {
  const words = ['run', '-d', '--label', 'io.clawden.test=1', ...bashAsRuntime, ...run];
  // Not sleep itself: this one reaps what it inherits.
  const reaping = ['--entrypoint', 'bash', image, '-c', 'sleep 3600 & wait; wait'];
  const { stdout, all } = await docker([...words, ...reaping]);
  const id = stdout.trim().slice(0, 12);
  if (!/^[0-9a-f]{12}$/.test(id)) throw new Error(`docker run failed: ${all}`);
  return {
    id,
    script: (text, input) => docker(['exec', '-i', id, 'bash', '-c', text], input ?? ''),
    [Symbol.asyncDispose]: async () => void (await docker(['rm', '-f', '-v', id])),
  };
}
