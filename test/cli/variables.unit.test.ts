import { describe, expect, it } from 'vitest';
import { peek } from '../../host-cli/file.ts';
import {
  channelsPresent,
  chooseVariables,
  type Sources,
  sendersVariable,
  type Wishes,
} from '../../host-cli/variables.ts';

const none: Wishes = { typed: [], envFiles: [], options: new Map(), references: [] };
const choose = (
  environment: Record<string, string>,
  dotenv: Record<string, string> = {},
  wishes: Partial<Wishes> = {},
): Record<string, string> => {
  const sources: Sources = { environment, dotenv: new Map(Object.entries(dotenv)) };
  return Object.fromEntries(chooseVariables(sources, { ...none, ...wishes }, '/'));
};

describe('what the container gets', () => {
  it('is the usual variables that exist, and nothing else of the caller', () => {
    const caller = {
      ANTHROPIC_API_KEY: 'k',
      TELEGRAM_BOT_TOKEN: 't',
      CLAWDEN_MODEL: 'm',
      USER: 'me',
      AWS_KEY: 'x',
    };
    expect(choose(caller)).toEqual({ ANTHROPIC_API_KEY: 'k', TELEGRAM_BOT_TOKEN: 't', CLAWDEN_MODEL: 'm' });
  });

  it('takes .env where the environment has no say', () => {
    expect(
      choose({ OPENAI_API_KEY: 'env' }, { OPENAI_API_KEY: 'file', CLAWDEN_MODEL: 'file', DB: 'x' }),
    ).toEqual({
      OPENAI_API_KEY: 'env',
      CLAWDEN_MODEL: 'file',
    });
  });

  it('leaves out what only this command or only the host can mean', () => {
    expect(
      choose({
        CLAWDEN_IMAGE: 'i',
        CLAWDEN_ENGINE: 'e',
        CLAWDEN_DEBUG: '1',
        CLAWDEN_TOKEN: 't',
        CLAWDEN_API_KEY_FILE: '/k',
      }),
    ).toEqual({});
  });

  it('takes one provider’s key when that provider is chosen', () => {
    const keys = { ANTHROPIC_API_KEY: 'a', OPENAI_API_KEY: 'o' };
    expect(choose({ ...keys, CLAWDEN_PROVIDER: 'openai' })).toEqual({
      OPENAI_API_KEY: 'o',
      CLAWDEN_PROVIDER: 'openai',
    });
    expect(choose(keys)).toEqual(keys);
  });

  it('obeys -e: with a value, and by name from here or .env', () => {
    expect(
      choose({ HERE: '1' }, { THERE: '2' }, { typed: ['HERE', 'THERE', 'GIVEN=a=b', 'EMPTY='] }),
    ).toEqual({
      HERE: '1',
      THERE: '2',
      GIVEN: 'a=b',
      EMPTY: '',
    });
  });

  it.each([
    [['LOST'], 'variable-unset'],
    [['1x=2'], 'bad-variable'],
    [['PATH=/x'], 'client-variable'],
    [['DOCKER_HOST=tcp://x'], 'client-variable'],
  ])('refuses -e %s', (typed, code) => {
    expect(() => choose({}, {}, { typed })).toThrow(expect.objectContaining({ code, exit: 64 }));
  });

  it('finds the channel whose credentials are there, and the variable for its senders', () => {
    const sources = { environment: { TELEGRAM_BOT_TOKEN: 't' }, dotenv: new Map<string, string>() };
    expect(channelsPresent(sources)).toEqual(['telegram']);
    expect(channelsPresent({ ...sources, environment: {} })).toEqual([]);
    expect(sendersVariable('telegram')).toBe('TELEGRAM_ALLOW_FROM');
    expect(sendersVariable('carrier-pigeon')).toBeUndefined();
  });

  it('never repeats the value of a misspelt -e', () => {
    expect(() => choose({}, {}, { typed: ['MY-KEY=sk-secret'] })).toThrow(/^(?!.*sk-secret).*MY-KEY/);
  });
});

describe('clawden.yaml, as far as the launcher looks', () => {
  it('names its variables, wherever they stand but in comments', () => {
    const text = [
      '# $COMMENT',
      'runtime: openclaw',
      'config: { port: 18800 }',
      `channels: { telegram: { token: $TOKEN, x: "a \${INNER:-y} $$NOT" } }`,
    ].join('\n');
    expect(peek(text)).toEqual({ runtime: 'openclaw', port: 18800, references: ['TOKEN', 'INNER'] });
  });

  it('hands variables that are the container’s own to nobody', () => {
    expect(choose({ HOME: '/root', TOKEN: 't' }, {}, { references: ['HOME', 'TOKEN', 'UNSET'] })).toEqual({
      TOKEN: 't',
    });
  });

  it('has no opinion about a broken file', () => {
    expect(peek('runtime: [\n  "').runtime).toBeUndefined();
  });
});
