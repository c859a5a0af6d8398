/** All that the relay says to people on a channel. Short, without markup, the same for every platform. */
import type { TurnErrorCode } from '../../../runtimes/contract.ts';

export const words = {
  askedAgain: '(asked again after a restart)',
  sentAgain: '(sent again, it may be there twice)',
  interrupted: 'I was interrupted twice while I worked on your message, and leave it. Please send it again.',
  noAnswer: '(no answer)',
  cutReply: '(cut: the answer was too long)',
  starting: 'I am starting. Your message is kept, and I answer it as soon as I can.',
  conversationFull:
    'Too many of your messages wait for an answer. I do not take more until some are answered.',
  full: 'Too many messages wait. I take yours as soon as there is room; that may be a while.',
  unwritable: 'I cannot take your message now: my disk takes nothing. My owner has to look at it.',
  fresh: 'A fresh conversation starts here.',
  stopped: (running: boolean, dropped: number): string => {
    const waited =
      dropped === 1 ? 'The message that waited is dropped.' : `${dropped} messages that waited are dropped.`;
    if (running) return dropped > 0 ? `Stopped. ${waited}` : 'Stopped.';
    return dropped > 0 ? waited : 'There is nothing to stop.';
  },
  status: ({ runtime, serves, waiting, here, since }: Status): string =>
    [
      `${runtime} ${serves ? 'is ready' : 'does not take messages now'}`,
      `waiting: ${waiting}${waiting > 0 ? `, ${here} of them here` : ''}`,
      ...(since === undefined
        ? []
        : [`connected since ${new Date(since).toISOString().slice(0, 16).replace('T', ' ')} UTC`]),
    ].join('\n'),
  hello: 'Hello. Write to me, and I answer. /help lists what else I know.',
  help: [
    '/new starts a fresh conversation',
    '/stop ends what I am doing and drops what waits',
    '/status says how I am',
    '/help shows this',
    'Everything else goes to the agent.',
  ].join('\n'),
  fileRefused: (name: string): string => `(the file ${name} could not be sent)`,
  fileGone: (name: string): string => `(the file ${name} is not there any more)`,
} as const;

interface Status {
  readonly runtime: string;
  readonly serves: boolean;
  readonly waiting: number;
  readonly here: number;
  /** Milliseconds of the wall clock. */
  readonly since: number | undefined;
}

const look = 'My owner has to look at the log.';

/** What a person reads when a turn fails. `no-reply` is no failure. */
export const failures: Readonly<Record<Exclude<TurnErrorCode, 'no-reply'>, string>> = {
  'provider-auth': `The model provider refuses my key. ${look}`,
  'provider-limit': 'The model provider lets me ask no more for now. Please try again later.',
  'provider-error': 'The model provider failed. Please try again.',
  'provider-timeout': 'The model provider did not answer in time. Please try again.',
  'runtime-unavailable': 'I was interrupted. Please send your message again.',
  'runtime-refused': `I could not be asked. ${look}`,
  'bad-request': `Your message could not be understood. ${look}`,
  'turn-timeout': 'Your message took too long, and I gave up. /new starts a fresh conversation.',
};
