import type { Entry } from './entry.ts';

/** What can be refused while instances are started, replaced, stopped and removed. */
export const launchCatalogue = {
  'account-held': {
    exit: 69,
    message: 'one token, one instance: {sentences}',
    fix: '{stop}',
  },
  'token-unset': {
    exit: 78,
    message: '{title}: {name} is set neither here nor in .env',
    fix: 'write into .env: {name}=…',
  },
  'engine-remote': {
    exit: 69,
    message:
      'the container engine is on {host}, which has no {directory}: it cannot mount the project from here',
    fix: 'type this on {host}, or use the engine of this machine: {back}',
  },
  'file-port-taken': {
    exit: 69,
    message: 'port {port} of this machine is taken',
    fix: 'write another one into the file, config: {port: {next}}, or leave it out: then the next free one is used',
  },
  'ports-exhausted': {
    exit: 69,
    message: 'no port of this machine is free from {from} on',
    fix: 'write one: config: {port: N}',
  },
  'no-file': {
    exit: 64,
    message: 'there is no {file} in {directory}; up starts what stands in it',
    fix: '{clawden} init   or without a file: {clawden} run openclaw -d',
  },
  'which-instance': {
    exit: 64,
    message: 'the file has several instances: {known}',
    fix: '{clawden} run {first}   or all of them: {clawden} up',
  },
  'unknown-name': {
    exit: 64,
    message: 'there is no instance "{name}" in this project{near}; there is: {known}',
    fix: '{clawden} {command} {likely}',
  },
  'not-from-here': {
    exit: 64,
    message: '{name} has a container, but is not in {file}: up cannot make it anew',
    fix: '{clawden} restart {name}',
  },
  'container-gone': {
    exit: 1,
    message: '{instance}: its container was removed by somebody else while it started',
    fix: '{clawden} {command}',
  },
  'container-ended': {
    exit: 1,
    message: '{instance} ended before it was ready (exit code {code}{why})',
    fix: '{clawden} logs {instance}   then again: {clawden} up {instance}',
  },
  'still-waiting': {
    exit: 69,
    message: '{instance} runs, but was not ready within {minutes} minutes: {waiting}',
    fix: '{clawden} logs {instance} -f',
  },
  'channels-down': {
    exit: 1,
    message: '{instance} is ready, but {channels}',
    fix: '{next}',
  },
  'up-interrupted': { exit: 130, message: 'interrupted; {words}', fix: '{clawden} up   goes on from here' },
  'restart-interrupted': { exit: 130, message: 'interrupted; {words}', fix: '{clawden} {next}' },
  'port-gone': {
    exit: 69,
    message: '{instance}: port {port} of this machine was taken by another program meanwhile',
    fix: '{clawden} up {instance}   finds another one, unless it is written in the file',
  },
  'never-started': { exit: 1, message: '{name} has no container yet', fix: '{clawden} up {name}' },
  'stop-interrupted': {
    exit: 130,
    message: 'interrupted; the instances go on stopping',
    fix: '{clawden} stop --kill   does not wait for turns in flight',
  },
  'confirm-volumes': {
    exit: 64,
    message:
      'down --volumes deletes what the instances remember ({volumes}); without a terminal it must be told so',
    fix: '{clawden} down --volumes --yes',
  },
  'volume-in-use': {
    exit: 69,
    message: 'the state of this project could not be deleted: {detail}',
    fix: 'docker ps --filter volume={volume}',
  },
} as const satisfies Record<string, Entry>;
