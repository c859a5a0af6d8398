import picocolors from 'picocolors';
import { expect, it } from 'vitest';
import { spokenDuration } from './duration.ts';
import { absentRow, type InstanceRow } from './row.ts';
import { psTable } from './view.ts';
import { notesOf } from './words.ts';

const now = Date.parse('2026-12-01T12:00:00Z');
const channel = (name: string, mode: string, state = 'up', reason: string | null = null) => ({
  ...{ name, type: 'telegram', account: null, mode, state, reason },
});
const row = (changes: Partial<InstanceRow>): InstanceRow => ({
  ...absentRow('openclaw', 'openclaw'),
  ...{ runtimeVersion: '2026.9.6', state: 'ready', source: 'container', uptimeSeconds: 7500, port: 18789 },
  ...{ restarts: { total: 0, runtime: 0, container: 0 }, channels: [] },
  ...changes,
});
const rows: readonly InstanceRow[] = [
  row({ channels: [channel('telegram', 'native')] }),
  row({
    name: 'support-助手',
    runtime: 'zeroclaw',
    runtimeVersion: '0.8.4',
    state: 'restarting',
    reason: 'the runtime waits for its next try, last: out of memory',
    restarts: { total: 4, runtime: 3, container: 1 },
    port: 18790,
    channels: [
      channel('zc-telegram', 'relayed'),
      channel('ops', 'unclaimed', 'unclaimed', 'unclaimed'),
      channel('alerts', 'native', 'down', 'token-rejected'),
    ],
  }),
  row({
    name: 'old',
    state: 'failed',
    exitCode: 70,
    endedAt: '2026-12-01T10:00:00.000Z',
    uptimeSeconds: null,
    port: null,
    channels: null,
  }),
  absentRow('fresh', 'picoclaw'),
];
const shown = (width: number | undefined, color = false): string =>
  `\n${psTable(rows, now, width, picocolors.createColors(color)).join('\n')}\n`;

it('is one line an instance where there is room, one a channel', () => {
  expect(shown(undefined)).toMatchInlineSnapshot(`
    "
    NAME          RUNTIME            STATE                                                                UPTIME  RESTARTS   PORT  CHANNELS
    openclaw      openclaw 2026.9.6  ready                                                                 2h 5m         0  18789  telegram native
    support-助手  zeroclaw 0.8.4     restarting: the runtime waits for its next try, last: out of memory   2h 5m         4  18790  zc-telegram proxied
                                                                                                                                   ops unclaimed
                                                                                                                                   alerts down (token-rejected)
    old           openclaw 2026.9.6  failed: exit code 70, 2h ago                                                        0
    fresh         picoclaw           not started
    "
  `);
});

it('fits a terminal of 80', () => {
  expect(shown(80)).toMatchInlineSnapshot(`
    "
    NAME          RUNTIME       STATE          UPTIME  RESTARTS   PORT  CHANNELS
    openclaw      openclaw      ready           2h 5m         0  18789  telegram
                  2026.9.6                                              native
    support-助手  zeroclaw      restarting:     2h 5m         4  18790  zc-telegram
                  0.8.4         the runtime                             proxied
                                waits for its                           ops
                                next try,                               unclaimed
                                last: out of                            alerts down
                                memory                                  (token-rejec
                                                                        ted)
    old           openclaw      failed: exit                  0
                  2026.9.6      code 70, 2h
                                ago
    fresh         picoclaw      not started
    "
  `);
});

it('is a block an instance on a narrow terminal', () => {
  expect(shown(44)).toMatchInlineSnapshot(`
    "
    NAME      openclaw
    RUNTIME   openclaw 2026.9.6
    STATE     ready
    UPTIME    2h 5m
    RESTARTS  0
    PORT      18789
    CHANNELS  telegram native

    NAME      support-助手
    RUNTIME   zeroclaw 0.8.4
    STATE     restarting: the runtime waits for
              its next try, last: out of memory
    UPTIME    2h 5m
    RESTARTS  4
    PORT      18790
    CHANNELS  zc-telegram proxied
              ops unclaimed
              alerts down (token-rejected)

    NAME      old
    RUNTIME   openclaw 2026.9.6
    STATE     failed: exit code 70, 2h ago
    RESTARTS  0

    NAME      fresh
    RUNTIME   picoclaw
    STATE     not started
    "
  `);
});

it('is coloured by state', () => {
  expect(shown(undefined, true)).toContain('\u001b[32mready\u001b[39m');
});

it('tells what to do about rows that need something', () => {
  const notes = [...rows, row({ name: 'other', reasons: ['token-refused'] })].flatMap((each) =>
    notesOf(each, '/p/.clawden/token'),
  );
  expect(notes.map(({ text, next }) => `${text} → ${next}`)).toMatchInlineSnapshot(`
    [
      "support-助手 is restarting → {clawden} logs support-助手 --tail 50",
      "support-助手, channel ops: unclaimed → nobody may talk to it: send it the code that clawden channels shows, or write allow_from: [YOUR_ID] beside its token",
      "support-助手, channel alerts: token-rejected → the platform refuses the token: put the right one into .env and start again",
      "old has failed → {clawden} logs old --tail 50",
      "other refuses the token in /p/.clawden/token → {clawden} stop other   and start it again: it then has this token",
    ]
  `);
});

it.each([
  [0, '0s'],
  [45.9, '45s'],
  [192, '3m 12s'],
  [7500, '2h 5m'],
  [7201, '2h'],
  [86_400 * 14 + 3 * 3600 + 59, '14d 3h'],
  [-3, '0s'],
])('%s seconds are %s', (seconds, words) => {
  expect(spokenDuration(seconds)).toBe(words);
});
