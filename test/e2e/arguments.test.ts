import { describe, expect, it } from 'vitest';
import { startContainer, type TestContainer, testToken } from '../helpers/container.ts';
import { docker, image, scratch, until } from '../helpers/docker.ts';
import { runOnce, withFile } from '../helpers/run-once.ts';

const twin = new URL('../fakes/openclaw-twin.mjs', import.meta.url).pathname;
const twinMount = ['-v', `${twin}:/opt/clawden/runtimes/openclaw/node_modules/openclaw/openclaw.mjs:ro`];
const bearer = { authorization: `Bearer ${testToken}` };

async function planOf(container: TestContainer): Promise<string> {
  await container.ready();
  const status = await (await container.get('/clawden/v1/status', bearer)).json();
  return (status as { plan: string }).plan;
}

describe('the three spellings', () => {
  it('start the same plan, and another model is another plan', async () => {
    const spellings: { args: string[]; env: Record<string, string> }[] = [
      { args: ['openclaw'], env: {} },
      { args: [], env: { RUNTIME: 'openclaw' } },
      { args: ['-e', 'RUNTIME=openclaw'], env: {} },
    ];
    const plans: string[] = [];
    for (const spelling of spellings) {
      await using container = await startContainer({ twin: {}, ...spelling });
      plans.push(await planOf(container));
    }
    expect(plans[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(plans).size).toBe(1);
    await using other = await startContainer({ twin: {}, args: ['openclaw', '-e', 'CLAWDEN_MODEL=other'] });
    expect(await planOf(other)).not.toBe(plans[0]);
  });

  it('may be mixed: an argument beats the environment, the same name twice is no quarrel', async () => {
    const { code, stderr } = await runOnce(
      ['openclaw', '-e', 'RUNTIME=openclaw'],
      ['-e', 'RUNTIME=openclaw', '-e', 'TOOLS=no-such-tool'],
    );
    expect(code).toBe(69);
    expect(stderr).not.toContain('RUNTIME');
  });
});

describe('wrong usage', () => {
  it('without a runtime prints the usage on stderr and ends with 64', async () => {
    const { code, stderr } = await runOnce([]);
    expect(code).toBe(64);
    for (const spelling of [
      'docker run IMAGE openclaw',
      'docker run -e RUNTIME=openclaw IMAGE',
      'docker run IMAGE -e RUNTIME=openclaw',
    ]) {
      expect(stderr).toContain(spelling);
    }
    // The error stays in sight, below the usage.
    expect(stderr.trim().split('\n').at(-2)).toContain('no runtime is named');
  });

  it.each([
    [['-d', 'openclaw'], 'options of docker run stand before the image name'],
    [['openclaw', 'zeroclaw'], 'two different runtimes are named: openclaw (argument) and zeroclaw'],
    [['opneclaw'], 'did you mean "openclaw"?'],
    [['-e', 'OPENAI_API_KEY', 'openclaw'], 'docker run -e OPENAI_API_KEY IMAGE'],
    [['RUNTIME=openclaw'], 'variables are -e RUNTIME=VALUE'],
    [['openclaw', '-e', 'CLAWDEN_MODLE=x'], 'did you mean "CLAWDEN_MODEL"?'],
  ])('%j ends with 64 and says what to type', async (args, text) => {
    const { code, stderr } = await runOnce(args);
    expect(code).toBe(64);
    expect(stderr).toContain(text);
  });

  it.each(['SOME_TOKEN', 'OPENAI_API_KEY', 'CLAWDEN_TOKEN', 'TELEGRAM_BOT_TOKEN'])(
    '-e %s=… as an argument is refused with 64, with the right line, and the value is not repeated',
    async (name) => {
      const { code, stderr, all } = await runOnce(['-e', `${name}=canary-5f2a91c4`, 'openclaw']);
      expect(code).toBe(64);
      expect(stderr).toContain(`docker run -e ${name} IMAGE`);
      expect(all).not.toContain('canary');
    },
  );
});

describe('--help and --version', () => {
  it('answer on stdout with 0', async () => {
    const help = await runOnce(['--help']);
    expect([help.code, help.stderr]).toEqual([0, '']);
    expect(help.stdout).toContain('In this image: openclaw');
    expect(help.stdout).toContain('/home/clawden/workspace');
    const version = await runOnce(['--version']);
    expect([version.code, version.stdout]).toEqual([
      0,
      expect.stringMatching(/^clawden-runtime \d+\.\d+\.\d+$/),
    ]);
  });

  it('after -- belong to the runtime’s own program, whose exit code is the container’s', async () => {
    const help = await runOnce(['openclaw', '--', '--help', '-e', 'X_TOKEN=1'], twinMount);
    expect(help.code).toBe(0);
    expect(help.stdout).toBe('{"twin":["--help","-e","X_TOKEN=1"]}');
    expect((await runOnce(['openclaw', '--', 'exit-42'], twinMount)).code).toBe(42);
  });
});

describe('wrong variables', () => {
  it.each([
    [
      'an unknown variable of ours',
      ['-e', 'RUNTIME=openclaw', '-e', 'CLAWDEN_MODLE=x'],
      78,
      'did you mean "CLAWDEN_MODEL"?',
    ],
    ['a port by variable', ['-e', 'RUNTIME=openclaw', '-e', 'CLAWDEN_PORT=8080'], 78, 'config: { port: … }'],
    ['an unknown runtime', ['-e', 'RUNTIME=opneclaw'], 78, 'did you mean "openclaw"?'],
    ['an unknown tool', ['-e', 'RUNTIME=openclaw', '-e', 'TOOLS=gti'], 69, 'tool "gti" is not in this image'],
    [
      'an unknown provider',
      ['-e', 'RUNTIME=openclaw', '-e', 'CLAWDEN_PROVIDER=antropic'],
      78,
      'did you mean "anthropic"?',
    ],
    [
      'a secret by two doors',
      ['-e', 'RUNTIME=openclaw', '-e', 'GROQ_API_KEY=canary-1', '-e', 'GROQ_API_KEY_FILE=/x'],
      78,
      'GROQ_API_KEY is given twice: variable GROQ_API_KEY and variable GROQ_API_KEY_FILE',
    ],
    [
      'a secret file that is not there',
      ['-e', 'RUNTIME=openclaw', '-e', 'GROQ_API_KEY_FILE=/run/secrets/groq'],
      78,
      '/run/secrets/groq, which cannot be read (there is no such file)',
    ],
    [
      'two providers and no choice',
      ['-e', 'RUNTIME=openclaw', '-e', 'GROQ_API_KEY=canary-1', '-e', 'OPENAI_API_KEY=canary-2'],
      78,
      'set CLAWDEN_PROVIDER',
    ],
    [
      'a configuration file that is not there',
      ['-e', 'RUNTIME=openclaw', '-e', 'CLAWDEN_CONFIG=/etc/clawden/other.yaml'],
      78,
      '/etc/clawden/other.yaml',
    ],
  ])('%s is refused with its code and what to do', async (_what, run, code, text) => {
    const outcome = await runOnce([], run);
    expect(outcome.stderr).toContain(text);
    expect(outcome.code).toBe(code);
    expect(outcome.all).not.toContain('canary');
    expect(outcome.stdout.split('\n').at(-1)).toContain(`"code":${code}`);
  });

  it('are no concern of Kubernetes service links', async () => {
    await using container = await startContainer({
      twin: {},
      env: {
        CLAWDEN_SERVICE_HOST: '10.0.0.1',
        CLAWDEN_SERVICE_PORT: '18789',
        CLAWDEN_SERVICE_PORT_HTTP: '18789',
        CLAWDEN_PORT: 'tcp://10.0.0.1:18789',
        CLAWDEN_PORT_18789_TCP: 'tcp://10.0.0.1:18789',
        CLAWDEN_PORT_18789_TCP_ADDR: '10.0.0.1',
      },
    });
    expect((await container.ready()).status).toBe('ready');
  });
});

describe('a taken port', () => {
  it('is refused with 69, and the line that the error proposes mends it', async () => {
    await using first = await startContainer({ twin: {} });
    await first.ready();
    const beside = ['--network', `container:${first.id}`];
    const refused = await runOnce(['openclaw'], beside);
    expect(refused.code).toBe(69);
    expect(refused.stderr).toContain('port 18789 is taken by another program in this network namespace');
    const proposal = /config: \{ port: \d+ \}/.exec(refused.stderr)?.[0] ?? '';
    using folder = scratch();
    const file = withFile(folder.path, `runtime: openclaw\n${proposal}\n`);
    const labels = ['--label', 'io.clawden.test=1', ...twinMount];
    const id = (await docker(['run', '-d', ...labels, ...beside, ...file, image])).stdout.trim();
    try {
      const ask =
        "fetch('http://127.0.0.1:18790/health').then(async (answer) => console.log(await answer.text()))";
      const told = await until('the second one listens', async () => {
        const { code, stdout } = await docker(['exec', id, 'node', '-e', ask]);
        return code === 0 ? stdout : undefined;
      });
      expect(JSON.parse(told)).toMatchObject({ instance: 'openclaw' });
      expect((await first.health()).status).toBe('ready');
    } finally {
      await docker(['rm', '-f', '-v', id]);
    }
  });
});

describe('a stop that comes during the boot', () => {
  it.each([
    ['while the runtime checks its configuration', { validateDelay: 60_000 }],
    ['while the runtime starts', { startDelay: 60_000 }],
  ])('%s ends it with 0 at once', async (_when, twin) => {
    await using container = await startContainer({ twin });
    const phase = 'startDelay' in twin ? 'starting the runtime' : '"msg":"listening"';
    await until('the phase', async () => ((await container.logs()).includes(phase) ? true : undefined));
    await until('its process', async () =>
      (await container.exec(['sh', '-c', 'cat /proc/[0-9]*/comm | grep -c MainThread'])).stdout >= '2'
        ? true
        : undefined,
    );
    const from = performance.now();
    expect(await container.stop()).toBe(0);
    expect(performance.now() - from).toBeLessThan(5_000);
    expect(await container.logs()).toContain('"msg":"stopped as asked"');
  });
});
