/** Entry of PID 1: wiring only. The order of things stands in boot/steps.ts and boot/teardown.ts. */
import { boot } from './boot/boot.ts';

// First of all: as PID 1 a signal without a handler is lost, and SIGUSR1 would open Node's inspector.
const early: NodeJS.Signals[] = [];
const remember = (signal: NodeJS.Signals): void => void early.push(signal);
for (const signal of ['SIGTERM', 'SIGINT', 'SIGQUIT'] as const) process.on(signal, remember);
for (const signal of ['SIGUSR1', 'SIGUSR2', 'SIGHUP', 'SIGPIPE'] as const) process.on(signal, () => {});

void boot({ early, remember });
