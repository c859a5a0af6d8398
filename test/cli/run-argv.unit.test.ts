import { describe, expect, it } from 'vitest';
import { instanceArgv, onceArgv, type RunSettings, settingsHash } from '../../host-cli/run-argv.ts';
import { stopTimeout } from '../../host-cli/settings.ts';

const SECRETS = ['sk-canary-model', '123:canary-bot', 'canary-token'];

const settings: RunSettings = {
  projectId: 'abcd1234',
  instance: 'openclaw',
  runtime: 'openclaw',
  image: 'clawden-runtime:local',
  imageId: 'sha256:1',
  version: '0.1.0',
  variables: new Map([
    ['TELEGRAM_BOT_TOKEN', '123:canary-bot'],
    ['ANTHROPIC_API_KEY', 'sk-canary-model'],
    ['CLAWDEN_TOKEN', 'canary-token'],
  ]),
  file: { path: '/srv/a,b/clawden.yaml', text: 'runtime: openclaw' },
  memory: '2g',
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

  it('mounts the file read-only, whatever its path', () => {
    expect(valueAfter(argv, '--mount')).toBe(
      'type=bind,"source=/srv/a,b/clawden.yaml",target=/etc/clawden/clawden.yaml,readonly',
    );
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
  const image = { id: 'sha256:1', labels: { 'io.clawden.stop-timeout.openclaw': '100' } };
  it.each<[string, Record<string, string>, string, number]>([
    ['a budget of the user’s own, with a margin', { CLAWDEN_STOP_BUDGET: '2.5' }, 'openclaw', 18],
    ['the image’s label', {}, 'openclaw', 100],
    ['long enough for any runtime', { CLAWDEN_STOP_BUDGET: 'soon' }, 'other', 345],
  ])('is %s', (_, variables, runtime, seconds) => {
    expect(stopTimeout(new Map(Object.entries(variables)), image, runtime)).toBe(seconds);
  });
});

describe('the settings hash', () => {
  const hash = (more: Partial<RunSettings> = {}, token = 't'): string =>
    settingsHash({ ...settings, ...more }, token);

  it.each<[string, Partial<RunSettings>]>([
    ['a variable’s value', { variables: new Map([...settings.variables, ['ANTHROPIC_API_KEY', 'other']]) }],
    ['the file’s text', { file: { path: '/srv/a,b/clawden.yaml', text: 'runtime: other' } }],
    ['the image', { imageId: 'sha256:2' }],
    ['the wanted port', { wantedPort: 18789 }],
    ['the memory', { memory: '3g' }],
  ])('changes with %s', (_, more) => {
    expect(hash(more)).not.toBe(hash());
  });

  it('does not change with the order of variables', () => {
    expect(hash({ variables: new Map([...settings.variables].reverse()) })).toBe(hash());
  });

  it('cannot be guessed without the token', () => {
    expect(hash({}, 'another')).not.toBe(hash());
  });
});
