import picocolors from 'picocolors';
import { describe, expect, it } from 'vitest';
import { engineFailure, lastWords } from '../../host-cli/engine-failures.ts';
import { CliError, catalogue } from '../../host-cli/errors.ts';
import { waitingFor } from '../../host-cli/health.ts';
import { lastErrors, readableLine } from '../../host-cli/log-lines.ts';
import { nameProject, program } from '../../host-cli/program.ts';
import { readyReport } from '../../host-cli/report.ts';
import { eventData } from '../../host-cli/sse.ts';

const plain = picocolors.createColors(false);
const failure = (stderr: string, environment = {}, checkout?: string): string => {
  const error = engineFailure({ action: 'start', stderr, environment, checkout });
  return `${error.code} ${error.message} → ${error.fix}`;
};

describe('what an engine says, in our words', () => {
  it.each([
    'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
    'failed to connect to the docker API at unix:///var/run/docker.sock; check if the path is correct',
    'error during connect: Get "http://x/_ping": EOF',
  ])('knows an engine that is down: %s', (stderr) => {
    expect(failure(stderr)).toMatch(/^engine-down/);
    expect(failure(stderr, { DOCKER_HOST: 'tcp://h' })).toContain('unset DOCKER_HOST');
  });

  it('knows missing rights, even though "permission denied" comes with "connect"', () => {
    const stderr =
      'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock';
    expect(failure(stderr)).toMatch(/^engine-forbidden.*usermod -aG docker/);
  });

  it('keeps the sentence that matters', () => {
    const stderr = "docker: Error response from daemon: no such volume.\nSee 'docker run --help'.";
    expect(lastWords(stderr)).toBe('no such volume.');
    expect(failure(stderr)).toContain('could not start: no such volume.');
  });
});

describe('why a container failed', () => {
  const json = (level: string, msg: string): string =>
    JSON.stringify({ time: '2026-01-01T00:00:00Z', level, msg });

  it('is every error block, before anything else', () => {
    const block = 'clawden.yaml:3:1  unknown key "x"  [unknown-key]\n3 | x:\n  → allowed here: y';
    expect(lastErrors(`${json('info', 'hi')}\n${block}\n${json('error', 'bye')}\n`)).toEqual(
      block.split('\n'),
    );
  });

  it('else the last error lines', () => {
    expect(lastErrors(`noise\n${json('error', 'crash loop')}\n${json('info', 'bye')}\n`)).toEqual([
      'crash loop',
    ]);
  });

  it('else the last lines', () => {
    expect(lastErrors('a\nb\n')).toEqual(['a', 'b']);
  });
});

describe('a log line on a terminal', () => {
  it('cannot steer it by what stands in its JSON', () => {
    const line = JSON.stringify({ time: '2026-01-01T10:20:30Z', level: 'info', msg: 'a\u001b[2Jb' });
    expect(readableLine(line, plain)).toBe('10:20:30 a�[2Jb');
    expect(lastErrors(line)).toEqual(['a�[2Jb']);
  });

  it('is short when it is ours', () => {
    const line = '{"time":"2026-01-01T12:34:56.789Z","level":"warn","component":"relay","msg":"slow"}';
    expect(readableLine(line, plain)).toBe('12:34:56 relay      slow');
  });

  it('says what it is about, and what to type', () => {
    const line = JSON.stringify({
      time: '2026-01-01T10:20:30Z',
      level: 'warn',
      component: 'supervisor',
      msg: 'a channel has no owner',
      channel: 'telegram',
      code: 'D2P-A4J-XGY',
      attempt: 2,
      account: '',
      fix: 'send the code',
    });
    expect(readableLine(line, plain)).toBe(
      '10:20:30 supervisor a channel has no owner channel=telegram code=D2P-A4J-XGY attempt=2\n  → send the code',
    );
  });

  it.each(['{"a":1}', 'plain text', '{"msg":'])('is untouched when it is the runtime’s: %s', (line) => {
    expect(readableLine(line, plain)).toBe(line);
  });
});

it('the live line names reasons and channels', () => {
  const channels = [{ name: 'telegram', state: 'connecting' }];
  const health = { status: 'starting', reasons: ['runtime-starting'], channels };
  expect(waitingFor({ kind: 'unready', health })).toBe('the runtime to start, channel telegram connecting');
  expect(waitingFor({ kind: 'silent' })).toBe('the container to answer');
});

it('events of a stream are whole, however the chunks fall', async () => {
  async function* chunks(): AsyncGenerator<string> {
    for (const character of 'data: {"a":1}\n\n: ping\n\ndata: x\r\ndata: y\r\n\r\ndata: [DONE]\n\n')
      yield character;
  }
  const found: string[] = [];
  for await (const data of eventData(chunks())) found.push(data);
  expect(found).toEqual(['{"a":1}', 'x\ny', '[DONE]']);
});

it('a line to type begins with the command as it was typed', () => {
  expect(program({}, '/usr/local/bin/clawden')).toBe('clawden');
  expect(program({ npm_command: 'exec' }, '/x/node_modules/.bin/clawden')).toBe('npx clawden');
  expect(program({}, `${process.cwd()}/dist/clawden.mjs`)).toBe('node dist/clawden.mjs');
  expect(program({}, '/srv/my clone/dist/clawden.mjs')).toBe("node '/srv/my clone/dist/clawden.mjs'");
  // Installed in a folder, it is in nobody's PATH.
  expect(program({}, '/x/node_modules/.bin/clawden')).toBe('npx clawden');
  expect(program({}, 'C:\\x\\node_modules\\clawden\\clawden.mjs')).toBe('npx clawden');
});

it('a line to type names the project that was named', () => {
  nameProject('sub/other.yaml', "$(date)'s agents");
  try {
    expect(program({}, '/usr/bin/clawden')).toBe(
      `clawden -f sub/other.yaml --project-directory '$(date)'\\''s agents'`,
    );
  } finally {
    nameProject(undefined, undefined);
  }
});

it('every error of the command has an exit code that a shell can tell apart from a container’s', () => {
  for (const entry of Object.values(catalogue)) expect([1, 64, 69, 73, 78, 130]).toContain(entry.exit);
});

it('an error whose text has a place left empty is none that can be written', () => {
  // @ts-expect-error: the line that starts it again is missing.
  expect(new CliError('instance-stopped', { name: 'a', code: 1 }).fix).toContain('{start}');
  // Braces of YAML are no places.
  expect(new CliError('ports-exhausted', { from: 1 }).fix).toBe('write one: config: {port: N}');
});

it('a channel that is not up comes with what to do about it', () => {
  const channels = [
    { name: 'telegram', state: 'down', reason: 'token-rejected' },
    { name: 'other', state: 'unclaimed', reason: 'unclaimed' },
    { name: 'new', state: 'down', reason: 'a-later-reason' },
  ];
  const health = { status: 'ready', provider: 'openai', channels };
  const report = readyReport(
    {
      instance: 'openclaw',
      runtime: 'openclaw',
      health,
      port: 18789,
      seconds: 1,
      several: false,
      already: false,
    },
    plain,
  );
  expect(report).toContain(
    'down (token-rejected): the platform refuses the token: put the right one into .env',
  );
  expect(report).toContain('unclaimed: nobody may talk to it: send it the code');
  expect(report).toContain('down (a-later-reason): see its log');
});
