/** What the relay answers itself; every other text is the agent's, also when it begins with a slash. */
export type Command = 'new' | 'stop' | 'status' | 'help' | 'start';

const commands: ReadonlySet<string> = new Set<Command>(['new', 'stop', 'status', 'help', 'start']);

/** `/start` may bring a word along: Telegram's links do. */
export function commandIn(text: string): Command | undefined {
  const [, name, rest] = /^\s{0,9}\/([a-z]{1,9})(?:\s+(\S{1,99}))?\s*$/i.exec(text.slice(0, 200)) ?? [];
  const command = name?.toLowerCase();
  if (command === undefined || !isCommand(command) || text.length > 200) return undefined;
  return rest === undefined || command === 'start' ? command : undefined;
}

function isCommand(name: string): name is Command {
  return commands.has(name);
}
