import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { readImageFacts } from '../../host-cli/image-contents.ts';
import { version } from '../../host-cli/version.ts';

const IMAGE = process.env['CLAWDEN_TEST_IMAGE'] ?? 'clawden-runtime:local';
const HARDENED = [
  '--read-only',
  '--cap-drop=ALL',
  '--security-opt=no-new-privileges',
  '--tmpfs=/tmp',
  '--tmpfs=/run/clawden:mode=1777',
];
const USERS = ['10000:10000', '12345:54321'];

interface Image {
  readonly Size: number;
  readonly Config: {
    readonly User: string;
    readonly Env: readonly string[];
    readonly Entrypoint: readonly string[];
    readonly Labels: Readonly<Record<string, string>>;
    readonly Volumes: Readonly<Record<string, object>>;
    readonly StopSignal: string;
    readonly Healthcheck: { readonly Test: readonly string[]; readonly StartPeriod: number };
  };
}

const image = inspect();
const labels = image.Config.Labels;
const runtimes = (labels['io.clawden.runtimes'] ?? '').split(',');
const tools = (labels['io.clawden.tools'] ?? '').split(',').filter(Boolean);

describe('what the image says of itself', () => {
  it('has the version and the size of everything inside in its labels', () => {
    for (const part of ['base', 'node', 'supervisor', 'koffi', ...runtimes, ...tools])
      expect(labels[`io.clawden.version.${part}`], part).toMatch(/\d/);
    for (const part of ['base', 'node', 'supervisor', 'relay', 'koffi', 'probe', ...runtimes, ...tools])
      expect(Number(labels[`io.clawden.size.${part}`]), part).toBeGreaterThan(0);
  });

  it('tells the versions that the programs tell', () => {
    expect(output(['--version'], ['--entrypoint=node'])).toBe(`v${labels['io.clawden.version.node']}`);
    for (const folder of [
      ...runtimes.map((name) => `runtimes/${name}`),
      ...tools.map((name) => `tools/${name}`),
    ])
      expect(shell(`cat /opt/clawden/${folder}/manifest.json`)).toContain(
        `"version":"${labels[`io.clawden.version.${folder.split('/')[1]}`]}"`,
      );
  });

  it('tells the launcher what is inside', () => {
    const facts = readImageFacts({
      image: { id: '', labels },
      reference: IMAGE,
      toolFolders: [],
      version: version(),
    });
    expect(facts.contents).toMatchObject({ runtimes, tools });
    for (const runtime of runtimes) {
      expect(facts.ports[runtime], runtime).toBeGreaterThan(0);
      expect(facts.stopTimeouts[runtime], runtime).toBeGreaterThan(0);
    }
    expect(facts.skew).toBeUndefined();
  });

  it('has site defaults that say nothing yet, for everybody to read', () => {
    const said = shell(
      'stat -c "%a %u:%g" /etc/clawden/defaults.toml; grep -cvE "^(#|$)" /etc/clawden/defaults.toml; true',
    );
    expect(said).toBe('444 0:0\n0');
  });

  it('is at most 5 % larger than the sum of its parts', () => {
    const sum = Object.entries(labels)
      .filter(([name]) => name.startsWith('io.clawden.size.'))
      .reduce((total, [, bytes]) => total + Number(bytes), 0);
    expect(image.Size / sum).toBeLessThanOrEqual(1.05);
    expect(image.Size / sum).toBeGreaterThan(0.95);
  });

  it('carries licence and description for registries', () => {
    expect(labels['org.opencontainers.image.licenses']).toBe('MIT');
    expect(labels['org.opencontainers.image.version']).toMatch(/^\d+\.\d+\.\d+/);
  });
});

describe('how the image starts and stops', () => {
  it('starts Node as PID 1, closed for the inspector, as uid 10000', () => {
    expect(image.Config.Entrypoint).toEqual([
      '/usr/local/bin/node',
      '--disable-sigusr1',
      '--max-semi-space-size=4',
      '/opt/clawden/supervisor.cjs',
    ]);
    expect(image.Config.User).toBe('10000:10000');
    expect(image.Config.StopSignal).toBe('SIGTERM');
  });

  it('keeps workspace and state in volumes', () => {
    expect(Object.keys(image.Config.Volumes).sort()).toEqual([
      '/home/clawden/state',
      '/home/clawden/workspace',
    ]);
    expect(image.Config.Env).toContain('HOME=/home/clawden/state');
  });

  it('checks its health without a shell', () => {
    expect(image.Config.Healthcheck.Test).toEqual(['CMD', '/opt/clawden/bin/health']);
    expect(image.Config.Healthcheck.StartPeriod).toBe(120e9);
  });

  it('has a health probe that says what is wrong and exits 1 when nothing listens', () => {
    const probe = docker(['run', '--rm', '--entrypoint=/opt/clawden/bin/health', IMAGE]);
    expect(probe.status).toBe(1);
    expect(probe.stdout).toContain('/run/clawden/clawden.sock');
  });

  it.each([
    [200, 'HTTP/1.1 200 OK', 0],
    [503, 'HTTP/1.1 503 Service Unavailable', 1],
    ['anything but HTTP', 'SSH-2.0 200 OK', 1],
  ])('has a health probe that takes %s for what it is', (_name, statusLine, code) => {
    const server = `require('node:net').createServer((socket) => socket.once('data', () =>
        socket.end(${JSON.stringify(`${statusLine}\r\n\r\n{"status":"said"}`)})))
      .listen('/run/clawden/clawden.sock', () => {
        const probe = require('node:child_process').spawn('/opt/clawden/bin/health', { stdio: 'inherit' });
        probe.on('exit', (code) => process.exit(code ?? 99));
      });`;
    const probe = docker(['run', '--rm', ...HARDENED, '--entrypoint=node', IMAGE, '-e', server]);
    expect(probe.status).toBe(code);
    expect(probe.stdout).toContain('"status":"said"');
  });
});

describe('what the image lets its users do', () => {
  it('has every program that is started with secrets executable for all and readable for root only', () => {
    const programs = '/usr/local/bin/node /opt/clawden/bin/health /opt/clawden/bin/enter';
    expect(shell(`stat -c "%a %u:%g" ${programs}`)).toBe('711 0:0\n711 0:0\n711 0:0');
    // Readable: PID 1 must see which program knocks. No secret comes into it.
    expect(shell('stat -c "%a %u:%g" /opt/clawden/bin/door')).toBe('755 0:0');
  });

  it('keeps the environment of a node process from another process of the same user', () => {
    const script =
      'SECRET=canary node -e "setTimeout(() => {}, 5000)" & sleep 0.5; cat /proc/$!/environ; echo end';
    const run = docker(['run', '--rm', ...HARDENED, '--entrypoint=sh', IMAGE, '-c', script]);
    expect(run.stdout).toBe('end\n');
    expect(run.stderr).toContain('Permission denied');
  });

  it.each(USERS)('lets %s write nothing below /opt/clawden and /usr', (user) => {
    const found = shell('find /opt/clawden /usr /etc -xdev ! -type l -writable 2>/dev/null; true', [
      `--user=${user}`,
    ]);
    expect(found).toBe('');
  });

  it('has root as the owner of everything below /opt/clawden', () => {
    expect(shell('find /opt/clawden ! -uid 0 -o ! -gid 0')).toBe('');
  });

  it('has no setuid or setgid program', () => {
    expect(shell('find / -xdev -type f -perm /6000', ['--user=0'])).toBe('');
  });

  it('has no npm and no compiler', () => {
    expect(shell('command -v npm npx corepack yarn gcc cc make; true')).toBe('');
    expect(shell('find / -xdev -path "*/npm/bin/npm-cli.js"', ['--user=0'])).toBe('');
  });

  it.each(USERS)('lets %s use workspace, state and the run directory, fresh volumes included', (user) => {
    const script =
      'for d in /home/clawden/workspace "$HOME" /run/clawden /tmp; do touch $d/x && rm $d/x; done; echo ok';
    expect(shell(script, [`--user=${user}`, ...HARDENED])).toBe('ok');
    expect(shell(script, [`--user=${user}`])).toBe('ok');
  });

  it('knows uid 10000 by name', () => {
    const names = shell('whoami; node -p "os.userInfo().username + os.userInfo().homedir"', HARDENED);
    expect(names).toBe('clawden\nclawden/home/clawden/state');
  });

  it('knows any other uid by the files that the supervisor writes, and never a second root', () => {
    const script = [
      'echo "somebody:x:12345:54321::/home/clawden/state:/bin/bash" >/run/clawden/passwd',
      'echo "evil:x:0:0::/:/bin/bash" >>/run/clawden/passwd',
      'echo "somebody:x:54321:" >/run/clawden/group',
      'whoami; id -gn; node -p "os.userInfo().username"; getent passwd evil || echo no evil',
    ].join('\n');
    expect(shell(script, ['--user=12345:54321', ...HARDENED])).toBe('somebody\nsomebody\nsomebody\nno evil');
  });
});

describe.runIf(runtimes.includes('openclaw'))('OpenClaw in the image', () => {
  const program = '/opt/clawden/runtimes/openclaw/node_modules/openclaw/openclaw.mjs';

  it.each(USERS)('starts as %s on a read-only root without the network', (user) => {
    const said = output(
      [program, '--version'],
      ['--network=none', '--entrypoint=node', `--user=${user}`, ...HARDENED],
    );
    expect(said).toContain(`OpenClaw ${labels['io.clawden.version.openclaw']}`);
  });

  it('has no unfinished installation and a compile cache for uid 10000', () => {
    const place = '/opt/clawden/runtimes/openclaw';
    expect(shell(`ls ${place}/node_modules/openclaw/.openclaw-lifecycle-pending 2>&1; true`)).toContain(
      'No such file',
    );
    expect(shell(`ls ${place}/compile-cache`)).toMatch(/^v24\.\d+\.\d+-\w+-[0-9a-f]+-10000$/);
  });
});

function inspect(): Image {
  return JSON.parse(execFileSync('docker', ['image', 'inspect', IMAGE], { encoding: 'utf8' }))[0];
}

function docker(args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync('docker', args, { encoding: 'utf8' });
}

function output(command: readonly string[], options: readonly string[]): string {
  const result = docker(['run', '--rm', ...options, IMAGE, ...command]);
  if (result.status !== 0) throw new Error(`exit ${result.status}: ${result.stdout}${result.stderr}`);
  return result.stdout.trim();
}

function shell(script: string, options: readonly string[] = []): string {
  return output(['-c', script], ['--entrypoint=sh', ...options]);
}
