import type { Update } from 'grammy/types';
import type { TelegramPoll } from '../testing/telegram.ts';
import { ApiError } from './types.ts';

/** The wording and the rules below are those of tdlib/telegram-bot-api, Client.cpp, do_get_updates. */
export const OTHER_POLL =
  'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running';
export const WEBHOOK_ACTIVE =
  "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";

const LONGEST_POLL_SECONDS = 50;
/** A bot that restarts hangs up and polls again at once: its old connection gets this long to be seen closing. */
const HANG_UP_GRACE_MS = 25;
/** A second conflict within this time is answered only after it: fail_query_conflict. */
const CONFLICT_PAUSE_MS = 3000;
const LEFT_OUT_BY_DEFAULT = new Set(['chat_member', 'message_reaction', 'message_reaction_count']);

export interface PollRequest {
  offset: number;
  limit: number;
  timeout: number;
  allowed: string[] | undefined;
  gone: AbortSignal;
  /** Address and port of the client's connection. */
  client?: string;
}

interface Poll {
  offset: number;
  limit: number;
  answer(updates: Update[]): void;
  fail(error: ApiError): void;
}

interface Waiting {
  offset: number;
  limit: number;
  timeout: number;
  gone: AbortSignal;
  entry: TelegramPoll;
}

export class UpdateQueue {
  maxPolls = 0;
  readonly log: TelegramPoll[] = [];
  private pending: Update[] = [];
  private polls = new Set<Poll>();
  private lastId = 0;
  private nextConflict = 0;
  private allowed: string[] = [];
  private onPush: (() => void) | undefined;

  get openPolls(): number {
    return this.polls.size;
  }

  get pendingCount(): number {
    return this.pending.length;
  }

  get first(): Update | undefined {
    return this.pending[0];
  }

  /** Puts an update in line; 0 if the bot has not asked for its kind, as Telegram drops it then. */
  push(body: Omit<Update, 'update_id'>): number {
    const kind = Object.keys(body)[0] ?? '';
    const wanted = this.allowed.length === 0 ? !LEFT_OUT_BY_DEFAULT.has(kind) : this.allowed.includes(kind);
    if (!wanted) return 0;
    this.lastId += 1;
    this.pending.push({ update_id: this.lastId, ...body } as Update);
    const newest = [...this.polls].at(-1);
    newest?.answer(this.from(newest.offset, newest.limit));
    this.onPush?.();
    return this.lastId;
  }

  async poll(request: PollRequest): Promise<Update[]> {
    if (request.allowed) this.allow(request.allowed);
    const limit = Math.min(Math.max(request.limit, 1), 100);
    const timeout = Math.min(Math.max(request.timeout, 0), LONGEST_POLL_SECONDS);
    if (request.offset > 0) this.confirm(request.offset);
    if (request.offset < 0) this.pending = this.pending.slice(request.offset);
    const ready = this.from(request.offset, limit);
    const { offset, client = '' } = request;
    const entry: TelegramPoll = {
      at: Date.now(),
      until: null,
      outcome: 'waiting',
      updates: 0,
      offset,
      client,
    };
    this.log.push(entry);
    if (ready.length > 0 || timeout === 0 || request.gone.aborted) {
      end(entry, request.gone.aborted ? 'hung up' : 'answered', ready.length);
      return ready;
    }
    return this.wait({ offset, limit, timeout, gone: request.gone, entry });
  }

  allow(kinds: string[]): void {
    this.allowed = kinds;
  }

  /** Everything below `offset` is done with and never told again. */
  confirm(offset: number): void {
    this.pending = this.pending.filter((update) => update.update_id >= offset);
  }

  drop(): void {
    this.pending = [];
  }

  failPolls(error: ApiError): void {
    for (const poll of [...this.polls]) poll.fail(error);
  }

  watch(onPush: (() => void) | undefined): void {
    this.onPush = onPush;
  }

  private from(offset: number, limit: number): Update[] {
    return this.pending.filter((update) => update.update_id >= offset).slice(0, limit);
  }

  private wait({ offset, limit, timeout, gone, entry }: Waiting): Promise<Update[]> {
    const older = [...this.polls];
    this.maxPolls = Math.max(this.maxPolls, 1);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => poll.answer([]), timeout * 1000);
      const done = (): void => {
        clearTimeout(timer);
        this.polls.delete(poll);
        gone.removeEventListener('abort', hungUp);
      };
      const poll: Poll = {
        offset,
        limit,
        answer: (updates) => {
          done();
          end(entry, gone.aborted ? 'hung up' : 'answered', updates.length);
          resolve(updates);
        },
        fail: (error) => {
          done();
          end(entry, error.code === 409 ? 'conflict' : 'failed', 0);
          reject(error);
        },
      };
      const hungUp = (): void => poll.answer([]);
      gone.addEventListener('abort', hungUp);
      this.polls.add(poll);
      if (older.length > 0) setTimeout(() => this.terminate(older), HANG_UP_GRACE_MS);
    });
  }

  private terminate(older: Poll[]): void {
    const open = older.filter((poll) => this.polls.has(poll));
    this.maxPolls = Math.max(this.maxPolls, open.length + 1);
    for (const poll of open) this.conflict(poll);
  }

  private conflict(poll: Poll): void {
    const fail = (): void => poll.fail(new ApiError(409, OTHER_POLL));
    this.polls.delete(poll);
    const now = performance.now();
    if (now < this.nextConflict) {
      setTimeout(fail, CONFLICT_PAUSE_MS);
      return;
    }
    this.nextConflict = now + CONFLICT_PAUSE_MS;
    fail();
  }
}

function end(entry: TelegramPoll, outcome: TelegramPoll['outcome'], updates: number): void {
  if (entry.until !== null) return;
  Object.assign(entry, { until: Date.now(), outcome, updates });
}
