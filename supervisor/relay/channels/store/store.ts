import { createHash, randomUUID } from 'node:crypto';
import type { Address } from '../../../channels/adapter.ts';
import type { Log } from '../../log.ts';
import type { Message, OpenMessage, OpenPart, Part, Place, StoredPart, Times } from '../records.ts';
import { createDatabase } from './database.ts';

/**
 * Messages and replies on disk. Whole after the death of this process at any moment; what was written just before the
 * machine loses power may be missing. Synchronous: a message is acknowledged by the time that `keep` has returned.
 * Everything throws `StoreFailed`.
 */
export interface Store {
  /** Undefined when it was seen before. */
  readonly keep: (arrival: Arrival, message: Message) => OpenMessage | undefined;
  /** Writes down that a message was seen and what it leads to, both or nothing; undefined when it was seen before. */
  readonly keepCommand: (arrival: Arrival, effect: () => readonly Part[]) => readonly OpenPart[] | undefined;
  /** Drops what waits in a conversation, and what was not yet sent of its replies. Says which messages that leaves. */
  readonly drop: (conversation: string) => readonly Address[];
  /** Drops all that was not yet sent to a conversation. */
  readonly dropParts: (conversation: string) => void;
  /** From here on messages of the conversation get another session. */
  readonly nextEpoch: (conversation: string) => void;
  readonly epoch: (conversation: string) => number;
  /** Whether a message was kept before, and whether its answer is still to come. */
  readonly seen: (arrival: Arrival) => 'waiting' | 'repeated' | undefined;
  /** Replies to commands that wait to be sent. */
  readonly commandsIn: (conversation: string) => number;
  readonly message: (seq: number) => Message | undefined;
  /** Written before the runtime is asked. */
  readonly asked: (seq: number) => void;
  /** The answer, in the place of the message. Undefined when the message was dropped meanwhile. */
  readonly answered: (message: OpenMessage, parts: readonly Part[]) => readonly OpenPart[] | undefined;
  readonly part: (seq: number) => StoredPart | undefined;
  /** `asked` is written before the platform is asked, `not-there` when it has refused. */
  readonly mark: (seq: number, state: 'asked' | 'not-there') => void;
  readonly sent: (seq: number) => void;
  readonly openMessages: (channel: string) => readonly OpenMessage[];
  readonly openParts: (channel: string) => readonly OpenPart[];
  /** Paths of files that replies wait to send. */
  readonly files: () => readonly string[];
  /** What an adapter wrote down about an account. */
  readonly note: (account: string) => string | undefined;
  readonly setNote: (account: string, note: string) => void;
  readonly times: (channel: string) => Times;
  readonly setTimes: (channel: string, times: Times) => void;
  /** Forgets the oldest of what was answered. */
  readonly prune: (channel: string) => void;
  /** Writes what nobody reads. */
  readonly probe: () => void;
  readonly close: () => void;
}

export interface Arrival extends Place {
  /** Tells accounts apart that have had the same name one after the other. */
  readonly account: string;
  /** The platform's, of the message. */
  readonly id: string;
}

/** Answered messages of a channel that are remembered, to know them when the platform brings them again. */
const REMEMBERED = 10_000;
const PRUNE_EVERY = 500;

export function openStore(folder: string, log: Log, remembered = REMEMBERED): Store {
  const database = createDatabase(folder, log);
  const { run, get, all, together } = database;
  let kept = 0;

  const insert = (arrival: Arrival, state: number, message: string | null): number | undefined => {
    const { channel, conversation } = arrival;
    const { changes, row } = run(
      'INSERT INTO incoming (seen, channel, conversation, state, bytes, message) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
      ...[
        seenKey(arrival),
        channel,
        conversation,
        state,
        message === null ? 0 : Buffer.byteLength(message),
        message,
      ],
    );
    if (changes === 0) return undefined;
    kept += 1;
    if (kept % PRUNE_EVERY === 0) prune(channel);
    return row;
  };
  /** By count: a clock that jumps must not make it forget. */
  const prune = (channel: string): void => {
    run(
      'DELETE FROM incoming WHERE channel = ? AND state = 1 AND seq <= (SELECT seq FROM incoming WHERE channel = ? AND state = 1 ORDER BY seq DESC LIMIT 1 OFFSET ?)',
      ...[channel, channel, remembered],
    );
  };
  const insertParts = (
    { channel, conversation }: Place,
    parts: readonly Part[],
    droppable: 0 | 1,
  ): OpenPart[] =>
    parts.map((part) => {
      const { row } = run(
        'INSERT INTO outgoing (channel, conversation, droppable, part) VALUES (?, ?, ?, ?)',
        // A number would be given out again by the next store, and whoever drops repetitions would drop another message.
        ...[channel, conversation, droppable, JSON.stringify({ ...part, key: randomUUID() })],
      );
      return { channel, conversation, seq: row, uncertain: false };
    });

  return {
    keep: (arrival, message) => {
      const text = JSON.stringify(message);
      const seq = insert(arrival, 0, text);
      const { channel, conversation } = arrival;
      return seq === undefined
        ? undefined
        : { channel, conversation, seq, tries: 0, bytes: Buffer.byteLength(text) };
    },
    keepCommand: (arrival, effect) =>
      together(() =>
        insert(arrival, 1, null) === undefined ? undefined : insertParts(arrival, effect(), 0),
      ),
    drop: (conversation) => {
      const messages = all(
        'SELECT message AS json FROM incoming WHERE conversation = ? AND state = 0',
        conversation,
      );
      const parts = all(
        'SELECT part AS json FROM outgoing WHERE conversation = ? AND droppable = 1',
        conversation,
      );
      const waited = messages.map((row) => parse<Message>(row['json'])?.to);
      const left = [...waited, ...parts.map((row) => parse<Part>(row['json'])?.lastOf)];
      run('UPDATE incoming SET state = 1, message = NULL WHERE conversation = ? AND state = 0', conversation);
      run('DELETE FROM outgoing WHERE conversation = ? AND droppable = 1', conversation);
      return left.filter((to) => to !== undefined);
    },
    dropParts: (conversation) => void run('DELETE FROM outgoing WHERE conversation = ?', conversation),
    nextEpoch: (conversation) => {
      run(
        'INSERT INTO epochs (conversation, epoch) VALUES (?, 1) ON CONFLICT DO UPDATE SET epoch = epoch + 1',
        conversation,
      );
    },
    epoch: (conversation) =>
      Number(get('SELECT epoch FROM epochs WHERE conversation = ?', conversation)?.['epoch'] ?? 0),
    commandsIn: (conversation) =>
      Number(
        get('SELECT count(*) AS many FROM outgoing WHERE conversation = ? AND droppable = 0', conversation)?.[
          'many'
        ],
      ),
    seen: (arrival) => {
      const row = get('SELECT state FROM incoming WHERE seen = ?', seenKey(arrival));
      return row && (row['state'] === 0 ? 'waiting' : 'repeated');
    },
    message: (seq) =>
      parse(get('SELECT message FROM incoming WHERE seq = ? AND state = 0', seq)?.['message']),
    asked: (seq) => void run('UPDATE incoming SET tries = tries + 1 WHERE seq = ?', seq),
    answered: (message, parts) =>
      together(() => {
        const { changes } = run(
          'UPDATE incoming SET state = 1, message = NULL WHERE seq = ? AND state = 0',
          message.seq,
        );
        return changes === 0 ? undefined : insertParts(message, parts, 1);
      }),
    part: (seq) => parse(get('SELECT part FROM outgoing WHERE seq = ?', seq)?.['part']),
    mark: (seq, state) =>
      void run('UPDATE outgoing SET state = ? WHERE seq = ?', state === 'asked' ? 1 : 0, seq),
    sent: (seq) => void run('DELETE FROM outgoing WHERE seq = ?', seq),
    openMessages: (channel) =>
      all(
        'SELECT seq, channel, conversation, tries, bytes FROM incoming WHERE state = 0 AND channel = ? ORDER BY seq',
        channel,
      ).map((row) => ({
        ...place(row),
        seq: Number(row['seq']),
        tries: Number(row['tries']),
        bytes: Number(row['bytes']),
      })),
    openParts: (channel) =>
      all(
        'SELECT seq, channel, conversation, state FROM outgoing WHERE channel = ? ORDER BY seq',
        channel,
      ).map((row) => ({
        ...place(row),
        seq: Number(row['seq']),
        uncertain: row['state'] === 1,
      })),
    files: () =>
      all(`SELECT part ->> 'path' AS path FROM outgoing WHERE part ->> 'kind' = 'file'`).map((row) =>
        String(row['path']),
      ),
    note: (account) => {
      const note = get('SELECT note FROM notes WHERE account = ?', account)?.['note'];
      return note === undefined ? undefined : String(note);
    },
    setNote: (account, note) =>
      void run('INSERT OR REPLACE INTO notes (account, note) VALUES (?, ?)', account, note),
    times: (channel) =>
      parse<Times>(get('SELECT times FROM times WHERE channel = ?', channel)?.['times']) ?? {},
    setTimes: (channel, times) =>
      void run('INSERT OR REPLACE INTO times (channel, times) VALUES (?, ?)', channel, JSON.stringify(times)),
    prune,
    probe: () => void run("INSERT OR REPLACE INTO notes (account, note) VALUES ('', '')"),
    close: database.close,
  };
}

/** Of one size whatever the platform calls its messages. */
function seenKey({ account, id }: Arrival): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([account, id]))
    .digest()
    .subarray(0, 16);
}

function place(row: Readonly<Record<string, unknown>>): Place {
  return { channel: String(row['channel']), conversation: String(row['conversation']) };
}

/** Undefined also for what somebody else has written there. */
function parse<T>(text: unknown): T | undefined {
  try {
    return typeof text === 'string' ? (JSON.parse(text) as T) : undefined;
  } catch {
    return undefined;
  }
}
