import { defaultConfigPath, isSecretName, knownVariables } from '../config/variables/known.ts';
import { type Problem, Problems, problem } from '../errors/problem.ts';
import { shown } from '../errors/wording.ts';

export type Arguments =
  | {
      readonly kind: 'boot';
      /** Positional. */
      readonly runtime?: string;
      /** From `-e NAME=VALUE` after the image name. */
      readonly variables: Readonly<Record<string, string>>;
      /** After `--`: run the runtime's program once with exactly these. */
      readonly oneShot?: readonly string[];
    }
  | { readonly kind: 'help' }
  | { readonly kind: 'version' };

/** What follows the image name. Throws Problems, all at once. */
export function parseArguments(argv: readonly string[]): Arguments {
  const end = argv.indexOf('--');
  const ours = end < 0 ? argv : argv.slice(0, end);
  if (ours[0] === 'help' || ours.some((word) => word === '--help' || word === '-h')) return { kind: 'help' };
  if (ours.includes('--version')) return { kind: 'version' };
  const state: State = { words: [...ours], runtimes: [], variables: new Map(), problems: [] };
  for (let word = state.words.shift(); word !== undefined; word = state.words.shift()) take(word, state);
  const [runtime, ...others] = [...new Set(state.runtimes)];
  for (const other of others) state.problems.push(disagreement(runtime ?? '', other));
  if (state.problems.length > 0) throw new Problems(state.problems);
  return {
    kind: 'boot',
    ...(runtime === undefined ? {} : { runtime }),
    variables: Object.fromEntries(state.variables),
    ...(end < 0 ? {} : { oneShot: argv.slice(end + 1) }),
  };
}

/** The help text. `known` are the runtimes in this image. */
export function usage(known: readonly string[]): string {
  const runtime = known[0] ?? 'openclaw';
  return `One agent runtime under a supervisor. In this image: ${known.join(', ') || 'none'}.

Start one, three spellings of the same:
  docker run IMAGE ${runtime}
  docker run -e RUNTIME=${runtime} IMAGE
  docker run IMAGE -e RUNTIME=${runtime}

With a model and a chat channel (secrets go before the image name, without a value):
  docker run -e ANTHROPIC_API_KEY -e TELEGRAM_BOT_TOKEN -e TELEGRAM_ALLOW_FROM=123456789 IMAGE ${runtime}

With a file:
  docker run -v "$PWD/clawden.yaml:${defaultConfigPath}:ro" --env-file .env IMAGE

Run the runtime's own program once:
  docker run --rm -it IMAGE ${runtime} -- --help

Volumes:
  /home/clawden/workspace  files of the agent
  /home/clawden/state      sessions and memory of the runtime

Variables (a secret may also come by NAME_FILE=/path, or as a file of that name in /run/secrets):
${variableLines()}

Documentation: the folder docs/ of the source.
`;
}

interface State {
  readonly words: string[];
  readonly runtimes: string[];
  readonly variables: Map<string, string>;
  readonly problems: Problem[];
}

function take(word: string, state: State): void {
  const attached = /^(?:-e=?|--env=)(.+)$/s.exec(word)?.[1];
  if (word === '-e' || word === '--env') takeVariable(state.words.shift() ?? '', state);
  else if (attached !== undefined && !word.startsWith('--env-')) takeVariable(attached, state);
  else if (/^[a-z][a-z0-9-]*$/i.test(word)) state.runtimes.push(word);
  else state.problems.push(notUnderstood(word));
}

function takeVariable(text: string, { variables, problems }: State): void {
  const [, name, assigned] = /^([A-Za-z_]\w*)(=.*)?$/s.exec(text) ?? [];
  if (name === undefined) {
    if (text === '') problems.push(problem('argument-without-value', { name: 'NAME' }));
    else problems.push(notUnderstood(`-e ${text}`));
  } else if (assigned === undefined) problems.push(problem('argument-without-value', { name }));
  else if (isSecretName(name)) problems.push(problem('secret-argument', { name }));
  else variables.set(name, assigned.slice(1));
}

function notUnderstood(argument: string): Problem {
  const assignment = /^([A-Za-z_]\w*)=/.exec(argument);
  // Whatever follows = may be a secret.
  if (assignment) {
    const name = assignment[1] ?? '';
    return problem('unknown-argument', { argument: `${name}=…`, hint: `; variables are -e ${name}=VALUE` });
  }
  const hint = argument.startsWith('-') ? '; options of docker run stand before the image name' : '';
  return problem('unknown-argument', { argument: shown(argument.replace(/=.*/s, '=…')), hint });
}

function disagreement(first: string, second: string): Problem {
  return problem('runtimes-disagree', { first, firstFrom: 'argument', second, secondFrom: 'argument' });
}

function variableLines(): string {
  const width = Math.max(...knownVariables.map(({ name }) => name.length));
  return knownVariables
    .map(({ name, secret, meaning }) => `  ${name.padEnd(width)}  ${meaning}${secret ? ' (secret)' : ''}`)
    .join('\n');
}
