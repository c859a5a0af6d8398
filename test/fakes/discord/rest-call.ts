import type { IncomingMessage } from 'node:http';
import type { Fields, Upload } from '../platform/http.ts';
import type { Bot, Discord } from './discord.ts';
import type { Channel } from './messages.ts';

export interface Call {
  readonly discord: Discord;
  readonly bot: Bot;
  /** What stood in the place of `:id` and `:other`. */
  readonly id: string;
  readonly other: string;
  readonly body: Fields;
  readonly files: readonly Upload[];
  readonly request: IncomingMessage;
  /** The address at which the client reaches this server. */
  readonly base: string;
}

export class Refused extends Error {
  readonly status: number;
  readonly code: number;
  /** https://docs.discord.com/developers/reference#error-messages */
  readonly errors: unknown;
  constructor(status: number, code: number, message: string, errors?: unknown) {
    super(message);
    this.status = status;
    this.code = code;
    this.errors = errors;
  }
}

export function channel({ discord, bot, id }: Call): Channel {
  const found = discord.channels.get(id);
  if (!found) throw unknown(10_003, 'Unknown Channel');
  if (found.guild && !bot.guilds.includes(found.guild)) throw new Refused(403, 50_001, 'Missing Access');
  return found;
}

export function unknown(code: number, message: string): Refused {
  return new Refused(404, code, message);
}

/** A form that Discord does not take, the field named. */
export function invalidForm(field: string, code: string, message: string): Refused {
  return new Refused(400, 50_035, 'Invalid Form Body', { [field]: { _errors: [{ code, message }] } });
}
