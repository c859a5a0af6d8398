import { near, shown } from '../../supervisor/errors/wording.ts';
import type { Json, JsonObject, NativeIssue } from '../contract.ts';
import { isObject, merge } from '../merge.ts';
import { channelDefaults, requiredSettings, settingsKeys } from './channel-types.ts';
import { configKeys, EACH, type Group, type Known } from './keys.ts';

/**
 * Faults that PicoClaw itself passes over: mistyped keys in a channel's settings, channels that it would skip in
 * silence or open to everyone. Other unknown keys are found here as well, with the nearest name that it would not say.
 */
export function inspect(native: JsonObject): readonly NativeIssue[] {
  const { channel_list: channels, ...rest } = native;
  return [...unknownKeys(rest, configKeys, ''), ...(isObject(channels) ? channelIssues(channels) : [])];
}

function channelIssues(channels: JsonObject): readonly NativeIssue[] {
  return Object.entries(channels).flatMap(([name, channel]) => {
    const path = `channel_list.${shown(name)}`;
    return isObject(channel) ? oneChannel(name, channel, path) : [];
  });
}

function oneChannel(name: string, written: JsonObject, path: string): readonly NativeIssue[] {
  const { settings: _settings, ...common } = written;
  const kind = typeof written['type'] === 'string' && written['type'] !== '' ? written['type'] : name;
  const known = settingsKeys[kind];
  const issues = [...unknownKeys(common, entryKeys, path)];
  if (!known) {
    const types = Object.keys(settingsKeys);
    return [...issues, { path, message: `"${shown(kind)}" is no channel type${near(kind, types)}` }];
  }
  const taken = mapped[kind];
  if (taken) return [...issues, { path, message: taken }];
  issues.push(...unknownKeys(written['settings'], known, `${path}.settings`));
  if (written['enabled'] !== true) return issues;
  if (!hasSenders(written['allow_from'])) {
    const message =
      'names nobody, and PicoClaw lets everyone in then: write allow_from: [ID], or ["*"] for everyone';
    issues.push({ path: `${path}.allow_from`, message });
  }
  const whole = merge(channelDefaults[kind] ?? {}, written)['settings'];
  for (const name of requiredSettings[kind] ?? []) {
    if (isObject(whole) && isFilled(whole[name])) continue;
    issues.push({ path: `${path}.settings`, message: `without ${name} PicoClaw skips this channel` });
  }
  return issues;
}

/** Types that only the supervisor sets up. */
const mapped: Readonly<Record<string, string>> = {
  telegram: 'Telegram is written under channels: at the top level',
  pico: 'there can be one pico channel, and the supervisor speaks to PicoClaw through it',
};

const entryKeys = (configKeys['channel_list'] as Group)[EACH] as Group;

function unknownKeys(value: Json | undefined, known: Known, path: string): NativeIssue[] {
  if (typeof known === 'string') return [];
  const each = known[EACH];
  if (Array.isArray(value)) {
    return each ? value.flatMap((item: Json, index) => unknownKeys(item, each, `${path}[${index}]`)) : [];
  }
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const at = path ? `${path}.${shown(key)}` : shown(key);
    const next = Object.hasOwn(known, key) ? known[key] : each;
    if (next) return unknownKeys(inner, next, at);
    return [{ path: at, message: `PicoClaw has no such key${near(key, Object.keys(known))}` }];
  });
}

function hasSenders(value: Json | undefined): boolean {
  return Array.isArray(value) ? value.some(isFilled) : isFilled(value);
}

function isFilled(value: Json | undefined): boolean {
  return value !== undefined && value !== null && value !== '';
}
