import { describe, expect, it } from 'vitest';
import { stopTimeout } from '../../host-cli/launch/settings.ts';
import { instanceArgv, onceArgv, type RunSettings, settingsHash } from '../../host-cli/run-argv.ts';

const SECRETS = ['sk-canary-model', '123:canary-bot', 'canary-token'];

const settings: RunSettings = {
  project: { id: 'abcd1234', directory: '/srv/a,b' },
  instance: 'openclaw',
  runtime: 'openclaw',
  plan: 'p1',
  image: 'clawden-runtime:local',
  imageId: 'sha256:1',
  version: '0.1.0',
  variables: new Map([
    ['TELEGRAM_BOT_TOKEN', '123:canary-bot'],
    ['ANTHROPIC_API_KEY', 'sk-canary-model'],
    ['CLAWDEN_TOKEN', 'canary-token'],
  ]),
  file: { path: '/srv/a,b/clawden.yaml', text: 'runtime: openclaw' },
  folders: ['--mount', 'type=bind,source=/srv/w,target=/home/clawden/workspace'],
  workspace: '/srv/w',
  accounts: ['telegram:0123456789ab'],
  memory: '2g',
  cpus: undefined,
  restart: 'no',
  stopTimeout: 345,
  containerPort: 18789,
  wantedPort: undefined,
  arguments: ['openclaw'],
  hostGateway: true,
};

const valueAfter = (argv: readonly string[], flag: string): string | undefined =>
  argv[argv.indexOf(flag) + 1];

describe('docker run of an instance', () => {
  const argv = instanceArgv(settings, 18790, 'hash');

  it('holds no secret value, not even in a label', () => {
    for (const secret of SECRETS) expect(argv.join('\n')).not.toContain(secret);
    expect(argv).toContain('ANTHROPIC_API_KEY');
  });

  it('is hardened', () => {
    expect(argv).toContain('--read-only');
    expect(valueAfter(argv, '--cap-drop')).toBe('ALL');
    expect(valueAfter(argv, '--security-opt')).toBe('no-new-privileges');
    expect(argv).not.toContain('--privileged');
    expect(valueAfter(argv, '--publish')).toBe('127.0.0.1:18790:18789');
  });

  it('never pairs what docker refuses: --rm with a restart policy', () => {
    for (const each of [argv, onceArgv(settings, true)]) {
      expect(each.includes('--rm') && each.includes('--restart')).toBe(false);
    }
  });

  it('mounts the file read-only, whatever its path, and the folders', () => {
    expect(argv).toContain(
      'type=bind,"source=/srv/a,b/clawden.yaml",target=/etc/clawden/clawden.yaml,readonly',
    );
    expect(argv).toContain('type=bind,source=/srv/w,target=/home/clawden/workspace');
  });

  it('bears what it holds and where it belongs as labels', () => {
    expect(argv).toContain('io.clawden.accounts=telegram:0123456789ab');
    expect(argv).toContain('io.clawden.directory=/srv/a,b');
  });

  it('has the limits of the file', () => {
    expect(valueAfter(instanceArgv({ ...settings, cpus: '1.5' }, 1, 'h'), '--cpus')).toBe('1.5');
    expect(argv).not.toContain('--cpus');
  });

  it('ends with the image and its arguments', () => {
    expect(argv.slice(-2)).toEqual(['clawden-runtime:local', 'openclaw']);
  });

  it('leaves the gateway name out where the engine refuses it', () => {
    expect(instanceArgv({ ...settings, hostGateway: false }, 1, 'h')).not.toContain('--add-host');
  });
});

describe('docker run of one command', () => {
  it('has a terminal only when there is one, and publishes nothing', () => {
    expect(onceArgv(settings, true)).toContain('--tty');
    expect(onceArgv(settings, false)).not.toContain('--tty');
    expect(onceArgv(settings, false)).not.toContain('--publish');
  });
});

describe('the stop timeout', () => {
  const facts: Record<string, number> = { openclaw: 100 };
  it.each<[string, number | undefined, string, number]>([
    ['a budget of the user’s own, with a margin', 2500, 'openclaw', 18],
    ['the image’s label', undefined, 'openclaw', 100],
    ['long enough for any runtime', undefined, 'other', 345],
  ])('is %s', (_, budget, runtime, seconds) => {
    expect(stopTimeout(budget, facts[runtime])).toBe(seconds);
  });
});

describe('the settings hash', () => {
  const hash = (more: Partial<RunSettings> = {}, token = 't'): string =>
    settingsHash({ ...settings, ...more }, token);

  it.each<[string, Partial<RunSettings>]>([
    ['a variable’s value', { variables: new Map([...settings.variables, ['ANTHROPIC_API_KEY', 'other']]) }],
    ['what the file comes to', { plan: 'p2' }],
    ['the limit of processors', { cpus: '2' }],
    ['the restart policy', { restart: 'unless-stopped' }],
    ['a folder', { folders: [] }],
    ['the image', { imageId: 'sha256:2' }],
    ['the wanted port', { wantedPort: 18789 }],
    ['the memory', { memory: '3g' }],
  ])('changes with %s', (_, more) => {
    expect(hash(more)).not.toBe(hash());
  });

  it('does not change with what the file says of others', () => {
    expect(hash({ file: { path: '/srv/a,b/clawden.yaml', text: '# a word more' } })).toBe(hash());
  });

  it('does not change with the order of variables', () => {
    expect(hash({ variables: new Map([...settings.variables].reverse()) })).toBe(hash());
  });

  it('cannot be guessed without the token', () => {
    expect(hash({}, 'another')).not.toBe(hash());
  });
});
