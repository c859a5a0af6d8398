import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AdapterHost, Incoming } from '../adapter.ts';
import { sendFault, sendJson } from './answer.ts';
import type { Answers } from './answers.ts';
import { BODY_LIMIT, type Body, createBodyReader } from './body.ts';
import { BadBody, type Posted, parseBody } from './parse.ts';
import { createSeen } from './seen.ts';
import { SIGNATURE, verify } from './signature.ts';

export interface HookOptions {
  readonly secret: string;
  readonly host: AdapterHost;
  /** Undefined where answers go to an address of their own. */
  readonly answers: Answers | undefined;
  readonly released: () => boolean;
  /** Milliseconds that a body may take. */
  readonly bodyTime: number;
  /** Bytes of all bodies that are being read. */
  readonly bodyRoom: number;
}

const SOON = { 'retry-after': '5' };

/** Takes the requests of one channel. */
export function createHook(
  options: HookOptions,
): (request: IncomingMessage, response: ServerResponse) => void {
  const seen = createSeen();
  const bodies = createBodyReader(options.bodyTime, options.bodyRoom);

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => undefined);
    if (options.released())
      return sendFault(response, 503, 'stopping', 'no messages are taken just now', SOON);
    const body = await bodies.read(request);
    if (body.kind !== 'whole') return refuseBody(response, body.kind, options.bodyTime);
    const header = request.headers[SIGNATURE];
    const now = Math.floor(Date.now() / 1000);
    const signed = verify(options.secret, typeof header === 'string' ? header : undefined, body.raw, now);
    if (signed.kind === 'bad') return sendFault(response, 401, signed.code, signed.message);
    const posted = parse(response, body.raw);
    if (!posted) return;
    if (seen.before(signed.mark, now)) return repeated(response);
    hand(response, posted, posted.id ?? signed.mark, () => seen.add(signed.mark, now));
  }

  function hand(response: ServerResponse, posted: Posted, id: string, taken: () => void): void {
    const { host, answers } = options;
    const digest = digestOf(posted);
    const known = answers?.state(id, digest);
    if (known === 'other')
      return sendFault(response, 409, 'id_reused', 'another message had this id; give each its own');
    if (known !== undefined) {
      taken();
      return answers?.answer(id, response);
    }
    const receipt = host.receive(toIncoming(posted, id));
    switch (receipt) {
      case 'kept':
      // By an earlier process, whose client asks again.
      case 'waiting':
        taken();
        if (!answers) return sendJson(response, 202, { id });
        answers.expect(id, digest);
        return answers.answer(id, response);
      case 'repeated':
        return repeated(response, posted.id);
      case 'stranger':
        return sendFault(response, 403, 'sender_not_allowed', 'add the sender to allow_from of this channel');
      case 'crowded':
        return sendFault(
          response,
          429,
          'too_many_waiting',
          'too many messages of this chat wait already',
          SOON,
        );
      case 'ignored':
        return sendFault(response, 422, 'ignored', 'there is nothing to answer in this message');
      case 'refused':
        return sendFault(response, 503, 'not_kept', 'the message could not be kept, try again', SOON);
      default: {
        const never: never = receipt;
        return never;
      }
    }
  }

  return (request, response) => {
    take(request, response).catch((error: unknown) => {
      options.host.log('error', 'a request to a webhook failed', { error: Object(error).name });
      sendFault(response, 500, 'internal_error', 'the relay failed; its log says why');
    });
  };
}

function parse(response: ServerResponse, raw: Buffer): Posted | undefined {
  try {
    return parseBody(raw);
  } catch (error) {
    if (!(error instanceof BadBody)) throw error;
    sendFault(response, 400, 'bad_request', error.message);
    return undefined;
  }
}

function refuseBody(response: ServerResponse, kind: Exclude<Body['kind'], 'whole'>, ms: number): void {
  const close = { connection: 'close' };
  if (kind === 'too-large')
    sendFault(
      response,
      413,
      'request_too_large',
      `the body is larger than ${BODY_LIMIT / 1024 / 1024} MiB`,
      close,
    );
  else if (kind === 'too-slow')
    sendFault(response, 408, 'request_too_slow', `the body did not come within ${ms / 1000} s`, close);
  else if (kind === 'no-room')
    sendFault(response, 503, 'busy', 'too many requests at once', { ...close, ...SOON });
  else response.destroy();
}

function repeated(response: ServerResponse, id?: string): void {
  const how =
    id === undefined
      ? 'to get its answer again give the message an id and sign each try anew'
      : 'its answer is not kept any more';
  sendFault(response, 409, 'repeated', `this message was taken before; ${how}`);
}

function toIncoming({ sender, text, chat = sender, thread, files }: Posted, id: string): Incoming {
  return {
    id,
    to: { chat, message: id, ...(thread === undefined ? {} : { thread }) },
    sender: { id: sender, name: sender },
    // Whoever signs a request means the agent.
    direct: true,
    mentioned: true,
    text,
    files,
  };
}

function digestOf({ sender, chat, thread, text, files }: Posted): string {
  const refs = files.map(({ ref }) => ref);
  return createHash('sha256')
    .update(JSON.stringify([sender, chat, thread, text, refs]))
    .digest('hex');
}
