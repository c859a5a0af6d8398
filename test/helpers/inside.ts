import { docker } from './docker.ts';

/** TCP ports that something in the container's network listens on. */
export async function listeningPorts(container: string): Promise<readonly number[]> {
  const { stdout } = await docker(['exec', container, 'cat', '/proc/net/tcp', '/proc/net/tcp6']);
  const ports = stdout.split('\n').flatMap((line) => {
    // sl, local_address, rem_address, st; 0A is LISTEN (man 5 proc_pid_net).
    const [, port] = /^ *\d+: \w+:(\w{4}) \w+:\w{4} 0A /.exec(line) ?? [];
    return port ? [Number.parseInt(port, 16)] : [];
  });
  return [...new Set(ports)].sort((a, b) => a - b);
}

export interface Inhabitant {
  readonly pid: number;
  readonly name: string;
}

/** Every lasting process of the container: not the one that lists them, not a health probe. */
export async function inhabitants(container: string): Promise<readonly Inhabitant[]> {
  const script = "exec grep -s '' /proc/[0-9]*/comm";
  const { stdout } = await docker(['exec', container, 'sh', '-c', script]);
  return stdout.split('\n').flatMap((line) => {
    const [, pid, name] = /^\/proc\/(\d+)\/comm:(.+)$/.exec(line) ?? [];
    return pid && name && !/^(grep|health|runc.*)$/.test(name) ? [{ pid: Number(pid), name }] : [];
  });
}

/** The relay is the process that was started with this file; `$pid` is empty where there is none. */
const findRelay = `for pid in $(ls /proc | grep '^[0-9]'); do
    [ $pid != $$ ] && grep -qs relay.cjs /proc/$pid/cmdline && break
    pid=
  done
  [ "$pid" ] && grep VmHWM /proc/$pid/status`;

/** MiB that the relay has had in memory at most; undefined where it does not run. */
export function relayPeak(container: string): Promise<number | undefined> {
  return peakAfter(container, findRelay);
}

/** Ends it as its agent could, who has the same user; what it had in memory at most. Undefined where it does not run. */
export function killRelay(container: string): Promise<number | undefined> {
  return peakAfter(container, `${findRelay} && kill -9 $pid`);
}

async function peakAfter(container: string, script: string): Promise<number | undefined> {
  const { code, stdout } = await docker(['exec', '--user', '10000:10000', container, 'sh', '-c', script]);
  const kibibytes = /VmHWM:\s+(\d+) kB/.exec(stdout)?.[1];
  return code === 0 && kibibytes ? Number(kibibytes) / 1024 : undefined;
}
