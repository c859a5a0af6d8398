import { describe, expect, it } from 'vitest';
import { parseContainers, parseListing } from './engine-records.ts';

/** As Docker 20.10 and 28 write it, less what is not read. */
const inspected = (state: Readonly<Record<string, unknown>>): string =>
  JSON.stringify([
    {
      Id: 'f00d',
      Name: '/clawden-1-openclaw',
      RestartCount: 2,
      State: {
        ...{ Status: 'running', Running: true, OOMKilled: false, ExitCode: 0, Error: '' },
        ...{ StartedAt: '2026-11-29T16:17:25.280123456Z', FinishedAt: '0001-01-01T00:00:00Z' },
        ...state,
      },
      Config: {
        Labels: { 'io.clawden.runtime': 'openclaw', 'io.clawden.version.openclaw': '2026.9.6' },
        StopTimeout: 345,
      },
      Mounts: [
        { Type: 'volume', Source: '/var/lib/v', Destination: '/home/clawden/state' },
        { Type: 'bind', Source: '/p/workspace', Destination: '/home/clawden/workspace' },
      ],
      NetworkSettings: { Ports: { '18789/tcp': [{ HostIp: '127.0.0.1', HostPort: '18790' }] } },
    },
  ]);
const lifeOf = (state: Readonly<Record<string, unknown>>) => parseContainers(inspected(state))[0]?.life;

describe("the engine's word on a container", () => {
  it('has its times, none where the engine writes the year 1', () => {
    expect(lifeOf({})).toEqual({
      status: 'running',
      startedAt: '2026-11-29T16:17:25.280123456Z',
      endedAt: undefined,
      restarts: 2,
      error: undefined,
      runtimeVersion: '2026.9.6',
      check: undefined,
    });
    expect(lifeOf({ Status: 'exited', FinishedAt: '2026-11-29T17:00:00Z', Error: 'no mount' })).toMatchObject(
      {
        endedAt: '2026-11-29T17:00:00Z',
        error: 'no mount',
      },
    );
  });

  it('has the folder that its agent may write', () => {
    expect(parseContainers(inspected({}))[0]?.workspace).toBe('/p/workspace');
    const [without] = parseContainers(inspected({}).replace('bind', 'volume'));
    expect(without?.workspace).toBeUndefined();
  });

  it('has the last health check with what it printed', () => {
    const Log = [
      { End: '2026-11-29T16:17:35Z', ExitCode: 1, Output: 'supervisor does not listen' },
      { End: '2026-11-29T16:17:45.5Z', ExitCode: 0, Output: '{"status":"ready"}\n' },
    ];
    expect(lifeOf({ Health: { Status: 'healthy', FailingStreak: 0, Log } })?.check).toEqual({
      status: 'healthy',
      output: '{"status":"ready"}\n',
      at: '2026-11-29T16:17:45.5Z',
    });
    expect(lifeOf({ Health: { Status: 'starting', Log: null } })?.check).toEqual({
      status: 'starting',
      output: '',
      at: undefined,
    });
    expect(lifeOf({ Health: { Status: 'none', Log: null } })?.check).toBeUndefined();
  });
});

it('the list has the port of those that run and have one', () => {
  const lines = [
    'a\trunning\t127.0.0.1:18790->18789/tcp',
    'b\trunning\t0.0.0.0:80->18789/tcp, [::]:80->18789/tcp',
    'c\trunning\t18789/tcp',
    'd\tpaused\t127.0.0.1:18791->18789/tcp',
    'e\texited\t',
  ];
  expect(parseListing(`${lines.join('\n')}\n`)).toEqual([
    { id: 'a', port: 18790 },
    { id: 'b', port: 80 },
    { id: 'c' },
    { id: 'd' },
    { id: 'e' },
  ]);
  expect(parseListing('')).toEqual([]);
});
