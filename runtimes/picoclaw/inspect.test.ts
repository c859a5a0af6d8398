import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../contract.ts';
import { inspect } from './inspect.ts';

const said = (native: JsonObject): string[] =>
  inspect(native).map(({ path, message }) => `${path}: ${message}`);
const channel = (entry: JsonObject): string[] =>
  said({ channel_list: { room: { type: 'matrix', allow_from: ['@ann:example.org'], ...entry } } });

describe('a key that PicoClaw does not have', () => {
  test.each([
    [{ hartbeat: {} }, 'hartbeat', 'heartbeat'],
    [{ agents: { defaults: { max_tokns: 1 } } }, 'agents.defaults.max_tokns', 'max_tokens'],
    [{ agents: { list: [{ id: 'a' }, { id: 'b', skils: [] }] } }, 'agents.list[1].skils', 'skills'],
    [{ tools: { mcp: { servers: { x: { comand: 'y' } } } } }, 'tools.mcp.servers.x.comand', 'command'],
    [
      { tools: { skills: { registries: { github: { base_ur: '' } } } } },
      'tools.skills.registries.github.base_ur',
      'base_url',
    ],
  ])('is refused with its place and the nearest name: %j', (native, path, near) => {
    expect(said(native as JsonObject)).toEqual([
      `${path}: PicoClaw has no such key (did you mean "${near}"?)`,
    ]);
  });

  test('is found in the settings of a channel, where PicoClaw ignores it', () => {
    expect(channel({ settings: { acces_token: 'x' } })).toEqual([
      'channel_list.room.settings.acces_token: PicoClaw has no such key (did you mean "access_token"?)',
    ]);
  });

  test('is not seen where any key goes', () => {
    expect(said({ session: { identity_links: { ann: ['telegram:1'] } } })).toEqual([]);
    expect(said({ hooks: { builtins: { audit: { config: { a: { b: 1 } } } } } })).toEqual([]);
  });

  test('does not hide another one', () => {
    expect(said({ a: 1, b: 2 })).toHaveLength(2);
  });
});

describe('a channel under config', () => {
  const whole = { user_id: '@den:example.org', access_token: 'x' };

  test('that is complete is left in peace', () => {
    expect(channel({ enabled: true, settings: whole })).toEqual([]);
  });

  test('that lets everyone in without saying so is refused', () => {
    const path = 'channel_list.room.allow_from';
    expect(channel({ enabled: true, allow_from: [], settings: whole }).join()).toContain(path);
    expect(channel({ enabled: true, allow_from: '', settings: whole }).join()).toContain(path);
    expect(channel({ enabled: true, allow_from: ['*'], settings: whole })).toEqual([]);
  });

  test('that PicoClaw would skip without a word is refused', () => {
    expect(channel({ enabled: true, settings: { user_id: '@den:example.org' } })).toEqual([
      'channel_list.room.settings: without access_token PicoClaw skips this channel',
    ]);
    expect(channel({ enabled: false })).toEqual([]);
  });

  test('of a type that does not exist is refused with the nearest one', () => {
    expect(said({ channel_list: { room: { type: 'matrx' } } }).join()).toContain('did you mean "matrix"?');
  });

  test.each(['telegram', 'pico'])('of the type %s belongs to the supervisor, whatever its name', (type) => {
    expect(said({ channel_list: { mine: { type } } })).toHaveLength(1);
    expect(said({ channel_list: { [type]: {} } })).toHaveLength(1);
  });
});
