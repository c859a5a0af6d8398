import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Account, ChannelRecord } from './record.ts';
import { type ClaimStore, openStore } from './store.ts';

const account = (name: string, changes: Partial<Account> = {}): Account => ({
  name,
  type: 'telegram',
  secrets: { token: `secret-of-${name}` },
  ...changes,
});
const at = '2026-01-01T00:00:00.000Z';
const record: ChannelRecord = {
  owner: { id: '42', name: 'Ada', at },
  allowed: [{ id: '43', by: 'api', at }],
};

let root = '';
let path = '';
let warnings: string[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'clawden-claims-'));
  path = join(root, '.clawden/channels.json');
  warnings = [];
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function open(...accounts: readonly Account[]): ClaimStore {
  return openStore(accounts, { path, root, warn: (message) => void warnings.push(message) });
}

function rewrite(change: (channels: Record<string, Record<string, unknown>>) => void): void {
  const document = JSON.parse(readFileSync(path, 'utf8')) as {
    channels: Record<string, Record<string, unknown>>;
  };
  change(document.channels);
  writeFileSync(path, JSON.stringify(document));
}

describe('who owns a channel', () => {
  test('is known again after a restart, in a private file without a token in it', () => {
    open(account('one')).set('one', record);
    expect(open(account('one')).of('one')).toEqual(record);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, 'utf8')).not.toContain('secret-of');
    expect(warnings).toEqual([]);
  });

  test.each<[string, (entry: Record<string, unknown>) => void]>([
    ['another owner', (entry) => Object.assign(entry, { owner: { id: '666', name: 'Eve', at } })],
    ['one more allowed', (entry) => (entry['allowed'] as unknown[]).push({ id: '666', by: 'api', at })],
    ['no signature', (entry) => delete entry['mac']],
    ['a signature of nothing', (entry) => Object.assign(entry, { mac: '' })],
    ['no list', (entry) => delete entry['allowed']],
    ['an owner that is no object', (entry) => Object.assign(entry, { owner: 666 })],
    ['a list with holes', (entry) => Object.assign(entry, { allowed: [null] })],
  ])('is nobody when an agent has written %s, and that is said', (_what, change) => {
    open(account('one')).set('one', record);
    rewrite((channels) => change(channels['one'] ?? {}));
    expect(open(account('one')).of('one')).toEqual({ allowed: [] });
    expect(warnings).toEqual([expect.stringContaining('ignored')]);
  });

  test('is nobody when the record is that of another channel, or the token is a new one', () => {
    open(account('one'), account('two')).set('one', record);
    rewrite((channels) => Object.assign(channels, { two: channels['one'] }));
    expect(open(account('one'), account('two')).of('two')).toEqual({ allowed: [] });
    expect(open(account('one', { secrets: { token: 'new' } })).of('one')).toEqual({ allowed: [] });
    expect(open(account('one', { type: 'discord' })).of('one')).toEqual({ allowed: [] });
    // Not even with the same token.
    const twin = account('two', { secrets: account('one').secrets });
    expect(open(twin).of('two')).toEqual({ allowed: [] });
  });

  test('is kept for a channel that is not configured for a while', () => {
    open(account('one')).set('one', record);
    open(account('two')).set('two', { allowed: [] });
    expect(open(account('one')).of('one')).toEqual(record);
  });

  test('needs a secret: without one everybody could sign', () => {
    const open1 = account('one', { secrets: {} });
    open(open1).set('one', record);
    expect(open(open1).of('one')).toEqual({ allowed: [] });
  });

  test('is what PID 1 knows, whatever becomes of the file while it runs', () => {
    const store = open(account('one'));
    store.set('one', record);
    const replayed = readFileSync(path, 'utf8');
    store.set('one', { allowed: [] });
    writeFileSync(path, replayed);
    expect(store.of('one')).toEqual({ allowed: [] });
    store.write();
    expect(open(account('one')).of('one')).toEqual({ allowed: [] });
  });

  test('does not change when it cannot be written down', () => {
    const store = open(account('one'));
    store.set('one', record);
    rmSync(join(root, '.clawden'), { recursive: true });
    rmSync(root, { recursive: true });
    writeFileSync(root, 'no folder');
    expect(() => store.set('one', { allowed: [] })).toThrow();
    expect(store.of('one')).toEqual(record);
  });

  test('does not grow beyond what the next start reads', () => {
    const store = open(account('one'));
    store.set('one', record);
    const crowd = Array.from({ length: 20_000 }, (_, id) => ({ id: String(id), by: 'api', at }));
    expect(() => store.set('one', { ...record, allowed: crowd })).toThrow('1 MiB');
    expect(store.of('one')).toEqual(record);
    expect(open(account('one')).of('one')).toEqual(record);
  });

  test('makes no file where nobody owns anything', () => {
    open(account('one')).write();
    expect(existsSync(path)).toBe(false);
  });
});

describe('a file that is not one of ours', () => {
  test.each<[string, () => void]>([
    ['half a file', () => writeFileSync(path, '{"version":1,"chan')],
    ['another document', () => writeFileSync(path, '[1]')],
    ['null', () => writeFileSync(path, 'null')],
    ['another version', () => writeFileSync(path, '{"version":2,"channels":{}}')],
    ['two megabytes', () => writeFileSync(path, ' '.repeat(2_000_000))],
    ['a folder', () => mkdirSync(path)],
    ['a pipe', () => execFileSync('mkfifo', [path])],
    ['a link', () => symlinkSync('/etc/passwd', path)],
  ])('is kept aside and counts for nothing: %s', (_what, plant) => {
    mkdirSync(join(root, '.clawden'));
    plant();
    const store = open(account('one'));
    expect(store.of('one')).toEqual({ allowed: [] });
    expect(warnings).toEqual([expect.stringContaining('kept aside')]);
    store.set('one', record);
    expect(open(account('one')).of('one')).toEqual(record);
    chmodSync(root, 0o700);
  });

  test('names of channels mean nothing to it', () => {
    open(account('one')).set('one', record);
    rewrite((channels) => {
      channels['constructor'] = { allowed: [] };
    });
    const store = open(account('one'));
    expect(store.of('one')).toEqual(record);
    expect(store.of('constructor')).toEqual({ allowed: [] });
  });
});
