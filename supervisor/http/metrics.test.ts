import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { metricValue, parsePrometheus } from '../../test/helpers/prometheus.ts';
import type { ChannelHealth, Health } from './health.ts';
import { type MetricFacts, metricTable } from './metric-table.ts';
import { createCounters, metrics } from './metrics.ts';
import { createListeners } from './server.ts';

const channel = (name: string, changes: Partial<ChannelHealth> = {}): ChannelHealth => ({
  name,
  type: 'telegram',
  mode: 'native',
  state: 'up',
  reason: null,
  ...changes,
});

const healthy: Health = {
  status: 'ready',
  instance: 'my-own-name',
  runtime: { name: 'openclaw', version: '1.2', state: 'running', restarts: 0, reason: null },
  relay: 'up',
  provider: 'echo',
  channels: [
    channel('name-of-mine'),
    channel('name-of-hers', { state: 'down', reason: 'token-rejected' }),
    channel('third', { type: 'other', state: 'unclaimed', reason: 'unclaimed', mode: 'unclaimed' }),
  ],
  reasons: [],
};

const facts = (changes: Partial<MetricFacts> = {}): MetricFacts => ({
  health: healthy,
  version: '1.0.0',
  droppedLines: 3,
  zombies: 1,
  memory: { limit: 2 ** 31, usage: 2 ** 29, kills: 2 },
  own: { residentBytes: 5e7, cpuSeconds: 0.125, openFiles: 21, startSeconds: 1_795_000_000.25 },
  counted: createCounters(),
  waiting: { telegram: 4 },
  services: { running: 1, failed: 0 },
  secretDoor: { given: 2, refused: 1 },
  ...changes,
});

const early: MetricFacts = facts({
  health: { ...healthy, status: 'starting', runtime: null, relay: 'down', channels: [] },
  memory: {},
});

describe('/metrics', () => {
  it('is text that a strict reader takes, before there is a plan and when all is up', () => {
    expect(parsePrometheus(metrics(early)).get('clawden_up')?.series).toEqual([{ labels: {}, value: 1 }]);
    expect(metricValue(metrics(early), 'clawden_ready')).toBe(0);
    expect(metricValue(metrics(facts()), 'clawden_ready')).toBe(1);
    expect(metricValue(metrics(facts()), 'process_start_time_seconds')).toBe(1_795_000_000.25);
  });

  it('exposes exactly what docs/metrics.md lists, with the type and the labels that stand there', () => {
    const page = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');
    const rows = [...page.matchAll(/^\| `(\w+)` \| (\w+) \| (.*?) \| (.*) \|$/gm)];
    const listed = rows.map(([, name, type, labels = '', help]) => [
      name,
      type,
      labels.match(/\w+/g) ?? [],
      help,
    ]);
    const exposed = [...parsePrometheus(metrics(facts())).values()].map(({ name, type, series, help }) => [
      name,
      type,
      Object.keys(series[0]?.labels ?? {}),
      help,
    ]);
    expect(exposed).toEqual(listed);
    expect(exposed).toHaveLength(Object.keys(metricTable).length);
  });

  it('names everything as Prometheus wants it', () => {
    for (const { name, type, help, series } of parsePrometheus(metrics(facts())).values()) {
      expect(name).toMatch(/^(clawden|process)_[a-z]+(_[a-z]+)*$/);
      expect(name.endsWith('_total'), name).toBe(type === 'counter');
      expect(name).not.toMatch(
        /_(ms|milliseconds|minutes|kb|mb|kilobytes|megabytes|percent|count|sum|bucket)(_|$)/,
      );
      expect(help).toMatch(/\.$/);
      const labels = series.map((one) => Object.keys(one.labels).join());
      expect(new Set(labels).size, name).toBe(1);
    }
  });

  it('tells of channels by type, state and reason code and never by a name', () => {
    const text = metrics(facts());
    expect(text).not.toMatch(/my-own-name|name-of|third/);
    expect(metricValue(text, 'clawden_channels', { type: 'telegram', state: 'up' })).toBe(1);
    expect(metricValue(text, 'clawden_channels', { type: 'telegram', state: 'connecting' })).toBe(0);
    expect(metricValue(text, 'clawden_channels_not_up', { type: 'telegram', reason: 'token-rejected' })).toBe(
      1,
    );
    expect(metricValue(text, 'clawden_channels_not_up', { type: 'telegram', reason: 'unreachable' })).toBe(0);
    expect(metricValue(text, 'clawden_channels_not_up', { type: 'other', reason: 'unclaimed' })).toBe(1);
  });

  it('counts restarts by their class, each from 0 on', () => {
    const counted = createCounters();
    const of = (value: string) =>
      metricValue(metrics(facts({ counted })), 'clawden_runtime_restarts_total', { class: value });
    expect([of('crash'), of('hung')]).toEqual([0, 0]);
    counted.add('clawden_runtime_restarts_total', 'hung');
    counted.add('clawden_runtime_restarts_total', 'hung');
    counted.add('clawden_relay_restarts_total');
    expect([of('crash'), of('hung')]).toEqual([0, 2]);
    expect(metricValue(metrics(facts({ counted })), 'clawden_relay_restarts_total')).toBe(1);
  });

  it('leaves out what cannot be known', () => {
    expect(metrics(early)).not.toMatch(/memory_limit|clawden_memory|runtime_info|clawden_channels/);
  });

  it('has one state of the runtime at 1, also before there is one', () => {
    for (const given of [early, facts()]) {
      const { series = [] } = parsePrometheus(metrics(given)).get('clawden_runtime_state') ?? {};
      expect(series.filter(({ value }) => value === 1)).toHaveLength(1);
      expect(series).toHaveLength(9);
    }
  });

  it('carries a version of any characters', () => {
    const version = 'a"b\\c\nd{},= e';
    const [one] = parsePrometheus(metrics(facts({ version }))).get('clawden_build_info')?.series ?? [];
    expect(one).toEqual({ labels: { version }, value: 1 });
  });

  it('is answered by HTTP with the type of its format', async () => {
    const { open } = createListeners({
      health: () => healthy,
      status: () => ({}),
      channels: () => undefined,
      metrics: () => metrics(facts()),
      token: () => undefined,
      relay: () => undefined,
      native: () => undefined,
    });
    await new Promise<void>((resolve) => open.listen(0, '127.0.0.1', resolve));
    try {
      const answer = await fetch(`http://127.0.0.1:${(open.address() as AddressInfo).port}/metrics`);
      expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
      expect(await answer.text()).toBe(metrics(facts()));
    } finally {
      open.close();
      open.closeAllConnections();
    }
  });
});

describe('the strict reader', () => {
  const head = '# HELP a_b c.\n# TYPE a_b gauge\n';
  it.each([
    ['no end', `${head}a_b 1`],
    ['no help', '# TYPE a_b gauge\na_b 1\n'],
    ['a sample before its type', 'a_b 1\n'],
    ['no sample', head],
    ['a family twice', `${head}a_b 1\n${head}a_b{c="d"} 1\n`],
    ['a series twice', `${head}a_b{c="d",e="f"} 1\na_b{e="f",c="d"} 2\n`],
    ['another name', `${head}b_a 1\n`],
    ['a quote in a value', `${head}a_b{c="d"e"} 1\n`],
    ['a lone backslash', `${head}a_b{c="\\d"} 1\n`],
    ['an empty line', `${head}a_b 1\n\n`],
    ['a word for a number', `${head}a_b undefined\n`],
  ])('refuses %s', (_what, text) => {
    expect(() => parsePrometheus(text)).toThrow();
  });
});
