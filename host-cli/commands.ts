import type { Command } from './command.ts';

/** Every command, in the order of --help; each is loaded when it is asked for. */
export const commands: Readonly<Record<string, () => Promise<Command>>> = {
  init: async () => (await import('./commands/init.ts')).init,
  run: async () => (await import('./commands/run.ts')).run,
  up: async () => (await import('./commands/up.ts')).up,
  down: async () => (await import('./commands/down.ts')).down,
  stop: async () => (await import('./commands/stop.ts')).stop,
  restart: async () => (await import('./commands/restart.ts')).restart,
  chat: async () => (await import('./commands/chat.ts')).chat,
  ps: async () => (await import('./commands/ps.ts')).ps,
  channels: async () => (await import('./commands/channels.ts')).channels,
  logs: async () => (await import('./commands/logs.ts')).logs,
  exec: async () => (await import('./commands/exec.ts')).exec,
  doctor: async () => (await import('./commands/doctor.ts')).doctor,
  config: async () => (await import('./commands/config.ts')).config,
};
