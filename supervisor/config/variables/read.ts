import { type Problem, problem } from '../../errors/problem.ts';
import type { Reference, Variable, Variables } from '../types.ts';
import { type Opened, open, type SecretFiles } from './doors.ts';
import { defaultSecretsDirectory, isSecretName, knownVariable, knownVariables } from './known.ts';
import { type Named, unknownVariables } from './unknown.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The environment with `-e` arguments laid over it and every known secret fetched through its door. What is
 * wrong with it is listed, not thrown, so that it is reported together with what is wrong in the file.
 */
export function readVariables(
  environment: Environment,
  argumentVariables: Readonly<Record<string, string>>,
  files: SecretFiles,
): Variables {
  const direct = (name: string): Variable | undefined => layered(name, environment, argumentVariables);
  const directory = direct('CLAWDEN_SECRETS_DIR')?.value ?? defaultSecretsDirectory;
  const way = { direct, directory, inDirectory: new Set(files.list(directory)), files };
  const opened = new Map<string, Opened>();
  for (const { name, secret } of knownVariables) {
    const variable = direct(name);
    opened.set(name, checked(name, secret ? open(name, way) : variable ? { variable } : {}));
  }
  const names = [...new Set([...Object.keys(environment), ...Object.keys(argumentVariables)])];
  return {
    names,
    get: (name) => (opened.has(name) ? opened.get(name)?.variable : direct(name)),
    refer: (name) =>
      reference(name, opened.get(name) ?? arbitrary(name, direct(name), () => open(name, way))),
    problems: [
      ...unknownVariables(names.flatMap((name) => named(name, direct(name)))),
      ...[...opened.values()].flatMap((door) => door.problem ?? []),
    ],
  };
}

function layered(name: string, environment: Environment, overlay: Readonly<Record<string, string>>) {
  const below = own(environment, name);
  const above = own(overlay, name);
  const variable: Variable | undefined = below
    ? { value: below, origin: { kind: 'variable', name } }
    : undefined;
  if (!above) return variable;
  const origin = { kind: 'argument', text: `-e ${name}` } as const;
  return { value: above, origin, ...(variable ? { covered: variable } : {}) };
}

function own(record: Environment, name: string): string | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function named(name: string, variable: Variable | undefined): readonly Named[] {
  return variable ? [{ name, value: variable.value, origin: variable.origin }] : [];
}

/** A name of the user's own: `NAME_FILE` beside a plain `NAME` may mean something else, unless it is a secret's. */
function arbitrary(name: string, variable: Variable | undefined, doors: () => Opened): Opened {
  return variable && !isSecretName(name) ? { variable } : doors();
}

function reference(name: string, door: Opened): Reference {
  if (door.problem) return { kind: 'problem', problem: door.problem };
  if (!door.variable) return { kind: 'unset' };
  const secret = isSecretName(name) || door.variable.origin.kind === 'secret-file';
  return { kind: 'value', variable: door.variable, secret };
}

function checked(name: string, door: Opened): Opened {
  const fault = door.variable ? faultOf(name, door.variable) : undefined;
  return fault ? { problem: fault } : door;
}

function faultOf(name: string, { value, origin }: Variable): Problem | undefined {
  const wrong = (detail: string, expected: string): Problem =>
    problem('wrong-value', { path: name, detail, expected }, origin);
  if (/^(["']).*\1$/s.test(value)) {
    return wrong('is wrapped in quotes (docker --env-file keeps them)', 'the bare value, without quotes');
  }
  if (knownVariable(name)?.secret && !/^[\x21-\x7e]+$/.test(value)) {
    return wrong('holds blanks, line breaks or characters outside ASCII', 'one line as it was given to you');
  }
  if (name === 'CLAWDEN_TOKEN' && value.length < 16) {
    return wrong(`has ${value.length} characters`, '16 or more, e.g. from: openssl rand -hex 24');
  }
  return undefined;
}
