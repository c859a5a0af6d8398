import { userInfo } from 'node:os';
import { CliError } from './errors.ts';

export interface EngineFailure {
  /** What was tried, after "could not". */
  readonly action: string;
  readonly stderr: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly checkout: string | undefined;
}

/** What the engine's command printed, as one line of what happened and one of what to type. */
export function engineFailure(failure: EngineFailure): CliError {
  const { stderr, action } = failure;
  if (isForbidden(stderr)) return new CliError('engine-forbidden', { user: userName() });
  if (isDown(stderr)) return downError(failure);
  if (/no space left on device/i.test(stderr)) {
    return new CliError('engine-disk-full', { detail: lastWords(stderr) });
  }
  return new CliError('engine-failed', { action, detail: lastWords(stderr) });
}

export function engineMissing(checkout: string | undefined): CliError {
  const install =
    checkout && process.platform === 'linux'
      ? `sudo sh ${checkout}/scripts/engine.sh`
      : 'install Docker 20.10 or newer: https://docs.docker.com/engine/install/';
  return new CliError('engine-missing', { install });
}

export function isPortTaken(stderr: string): boolean {
  return /port is already allocated|address already in use|ports are not available/i.test(stderr);
}

export function isNameTaken(stderr: string): boolean {
  return /container name .* is already in use|name is already in use/i.test(stderr);
}

/** It says that there is no such thing; podman in words of its own. */
export function isAbsent(stderr: string): boolean {
  return /no such (container|image|object|volume)|no container with name|image not known/i.test(stderr);
}

/** What was to be ended has ended or gone by itself. */
export function isGone(stderr: string): boolean {
  return isAbsent(stderr) || /is not running|removal .* is already in progress/i.test(stderr);
}

/** The engine's own sentence without its prefixes. */
export function lastWords(stderr: string): string {
  const lines = stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(See '|Run '|time=)/.test(line));
  const line = lines.at(-1) ?? 'it gave no reason';
  return line.replace(/^(docker: |Error: |Error response from daemon: )+/i, '');
}

function isForbidden(stderr: string): boolean {
  return /permission denied while trying to connect|permission denied.*docker\.sock/i.test(stderr);
}

function isDown(stderr: string): boolean {
  return /cannot connect to the docker daemon|is the docker daemon running|failed to connect to the docker API|error during connect|cannot connect to podman/i.test(
    stderr,
  );
}

function downError({ environment, checkout }: EngineFailure): CliError {
  const host = environment.DOCKER_HOST;
  if (host) {
    return new CliError('engine-down', {
      where: ` at DOCKER_HOST=${host}`,
      start: 'start that engine, or: unset DOCKER_HOST',
    });
  }
  return new CliError('engine-down', { where: '', start: startLine(checkout) });
}

function startLine(checkout: string | undefined): string {
  if (process.platform === 'darwin') return 'open -a Docker';
  if (process.platform === 'win32') return 'start Docker Desktop';
  return checkout ? `sudo sh ${checkout}/scripts/engine.sh` : 'sudo systemctl start docker';
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return '$USER';
  }
}
