import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { docker, until } from './helpers.ts';
import { discordFriend, discordToken, friend, openSeedStage, type SeedStage, tokenOf } from './seed-stage.ts';

/**
 * What the project was asked for at its beginning, by name. The runtimes are twins (the real ones: test/conformance,
 * test/e2e); the command, the image, the supervisor, the relay and the engine are real.
 */
let stage: SeedStage;
beforeAll(async () => {
  stage = await openSeedStage();
}, 300_000);
afterAll(() => stage.close(), 120_000);

const declare = (): void => {
  const bot = (more: string): string => `{ type: telegram, api_root: "${stage.api}", ${more} }`;
  stage.place.write(
    'clawden.yaml',
    `provider: echo
channels:
  sales: ${bot(`token: $SALES_TOKEN, allow_from: ["\${FRIEND:-1}"]`)}
  desk: ${bot(`token: $DESK_TOKEN, allow_from: [${friend}], relay: true`)}
  ops: ${bot('token: $OPS_TOKEN')}
  office: { type: discord, token: $OFFICE_TOKEN, allow_from: ["${discordFriend}"], api_root: "http://host.docker.internal:${stage.discord.port}/api/v10" }
runtimes:
  - { name: zeroclaw, id: front, channels: [sales, office] }
  - { name: picoclaw, id: back, channels: [desk, ops] }
`,
  );
};

describe('clawden run zeroclaw --channel telegram', () => {
  it('connects and responds', async () => {
    stage.place.write(
      '.env',
      `TELEGRAM_BOT_TOKEN=${tokenOf('first')}\nTELEGRAM_ALLOW_FROM=${friend}\nTELEGRAM_API_ROOT=${stage.api}\n`,
    );
    const typed = await stage.type(['run', 'zeroclaw', '--channel', 'telegram', '-d', '--provider', 'echo']);
    expect(typed.stderr).not.toContain('✖');
    expect(typed.exitCode).toBe(0);
    expect(await stage.ask('first', 'hello from the first user')).toContain('hello from the first user');
    expect((await stage.type(['ps'])).stdout).toMatch(/^zeroclaw +zeroclaw \S+ +ready .* telegram native$/m);
    await stage.type(['down']);
  });
});

describe('several assigned runtimes, configured from one file', () => {
  it('are brought up by one `clawden up`, with $VAR and .env', async () => {
    declare();
    const missing = await stage.type(['up']);
    expect(missing.exitCode).toBe(78);
    expect(missing.stderr).toMatch(/OFFICE_TOKEN/);
    const names = (['sales', 'desk', 'ops'] as const).map(
      (bot) => `${bot.toUpperCase()}_TOKEN=${tokenOf(bot)}`,
    );
    stage.place.write('.env', [...names, `OFFICE_TOKEN=${discordToken}`, 'FRIEND=1', ''].join('\n'));
    // What is set in the shell goes before .env.
    const typed = await stage.type(['up'], { env: { FRIEND: String(friend) } });
    expect(typed.stderr).not.toContain('✖');
    expect(typed.exitCode).toBe(0);
    for (const name of ['front', 'back']) expect(typed.stdout).toContain(`✔ ${name} is ready`);
  });

  it('answer each on its own channels: natively, by `relay: true`, and by the relay for a pair that is not native', async () => {
    stage.discord.inject({ from: discordFriend, text: 'hello office' });
    const answers = await Promise.all([
      stage.ask('sales', 'hello sales'),
      stage.ask('desk', 'hello desk'),
      stage.discord.posted.next({ user: discordFriend, timeoutMs: 20_000 }).then(({ text }) => text),
    ]);
    expect(answers).toEqual([expect.stringContaining('hello sales'), 'hello desk', 'hello office']);
    for (const bot of ['sales', 'desk'] as const) expect(stage.telegram.polls(tokenOf(bot)).max).toBe(1);
  });

  it('are listed by `clawden ps` with their channels: native, proxied, unclaimed', async () => {
    const { stdout } = await stage.type(['ps']);
    expect(stdout).toMatch(/^back +picoclaw \S+ +ready .* desk proxied\n +ops unclaimed$/m);
    expect(stdout).toMatch(/^front +zeroclaw \S+ +ready .* sales native\n +office proxied$/m);
  });

  it('run no process as root', async () => {
    for (const name of ['front', 'back']) {
      const shown = await docker('top', stage.container(name), '-eo', 'pid,uid,args');
      const [, ...processes] = shown.split('\n');
      expect(processes.join('\n')).toMatch(new RegExp(`/${name === 'front' ? 'zeroclaw' : 'picoclaw'}`));
      for (const line of processes) expect(line).toMatch(/^\s*\d+\s+[1-9]\d*\s/);
    }
  });
});

describe('a channel without a list of people', () => {
  interface Row {
    readonly channel: string;
    readonly badge: string;
    readonly owner: object | null;
    readonly allowed: readonly string[];
    readonly claim: { readonly code: string; readonly link: string } | null;
  }
  const ops = async (): Promise<Row> => {
    const said = JSON.parse((await stage.type(['channels', 'back', '--json'])).stdout) as {
      channels: readonly Row[];
    };
    const row = said.channels.find(({ channel }) => channel === 'ops');
    if (!row) throw new Error('no channel ops');
    return row;
  };
  /** The runtime's process of that number reads the bot. */
  const polls = (start: number): Promise<void> =>
    until(`start ${start} polls`, () => {
      const starts = readFileSync(
        join(stage.place.directory, 'workspace', 'back', 'twin-starts.json'),
        'utf8',
      );
      return Number(starts) === start && stage.telegram.polls(tokenOf('ops')).open === 1;
    });
  let code = '';

  it('is claimed by whoever opens its link first, and then the runtime itself answers, them alone', async () => {
    const { claim } = await ops();
    [, code = ''] = /^https:\/\/t\.me\/ops_bot\?start=(\w{9})$/.exec(claim?.link ?? '') ?? [];
    stage.telegram.inject({ token: tokenOf('ops'), from: 666, text: 'let me in' });
    stage.telegram.inject({ token: tokenOf('ops'), from: friend, text: `/start ${code}` });
    expect(await stage.said('ops')).toMatch(/^You are my owner now/);
    await polls(2);
    expect(await stage.ask('ops', 'hello ops')).toContain('hello ops');
    expect(await ops()).toMatchObject({ badge: 'native', owner: { id: `${friend}` }, claim: null });
    expect(stage.telegram.sent({ chat: 666 })).toEqual([]);
  });

  it('is opened to others with `clawden channels allow`, closed with `revoke`, and free again after `reset`', async () => {
    expect((await stage.type(['channels', 'allow', 'ops', '777'])).exitCode).toBe(0);
    await polls(3);
    expect(await stage.ask('ops', 'may I', 777)).toContain('may I');
    expect((await stage.type(['channels', 'revoke', 'ops', '777'])).exitCode).toBe(0);
    await polls(4);
    stage.telegram.inject({ token: tokenOf('ops'), from: 777, text: 'still?' });
    expect(await stage.ask('ops', 'and me')).toContain('and me');
    const { exitCode, stdout } = await stage.type(['channels', 'reset', 'ops']);
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/t\.me\/ops_bot\?start=\w{9}$/m)]);
    expect(stdout).not.toContain(code);
    expect(await ops()).toMatchObject({ badge: 'unclaimed', owner: null });
    expect(stage.telegram.sent({ chat: 777 })).toHaveLength(1);
    expect(stage.telegram.polls(tokenOf('ops')).max).toBe(1);
  });
});

describe('one token, one instance', () => {
  it('holds within a file', async () => {
    stage.elsewhere.write(
      'clawden.yaml',
      `provider: echo
channels:
  one: { type: telegram, token: $BOT, allow_from: [1] }
  two: { type: telegram, token: $SAME, allow_from: [1] }
runtimes:
  - { name: zeroclaw, channels: [one] }
  - { name: picoclaw, channels: [two] }
`,
    );
    stage.elsewhere.write('.env', `BOT=${tokenOf('sales')}\nSAME=${tokenOf('sales')}\n`);
    const { exitCode, stderr } = await stage.type(['up'], {}, stage.elsewhere);
    expect(exitCode).toBe(78);
    expect(stderr).toContain('channel two of picoclaw has the same token as channel one of zeroclaw');
    expect(stderr).not.toContain('canary');
  });

  it('holds across running containers of all projects, and says who has it and how to stop it', async () => {
    const label = '{{index .Config.Labels "io.clawden.accounts"}}';
    expect(await docker('inspect', '-f', label, stage.container('front'))).toMatch(
      /^discord:[0-9a-f]{12},telegram:[0-9a-f]{12}$/,
    );
    const { directory } = stage.place;
    const bot = `type: telegram, token: $TELEGRAM_BOT_TOKEN, allow_from: [1], api_root: "${stage.api}"`;
    stage.elsewhere.write(
      'clawden.yaml',
      `provider: echo\nchannels: { bot: { ${bot} } }\nruntimes: [{ name: zeroclaw, channels: [bot] }, { name: picoclaw }]\n`,
    );
    stage.elsewhere.write('.env', `TELEGRAM_BOT_TOKEN='${tokenOf('sales')}'\n`);
    const run = ['run', 'zeroclaw', '-d'];
    for (const argv of [['up'], run]) {
      const { exitCode, stderr } = await stage.type(argv, {}, stage.elsewhere);
      expect(exitCode).toBe(69);
      expect(stderr).toContain(`zeroclaw: its telegram account is in use by front in ${directory}`);
      expect(stderr).toMatch(new RegExp(`stop front --project-directory ${directory}$`, 'm'));
      expect(stderr).not.toContain('canary');
      expect(await stage.others()).toBe('');
    }
    expect((await stage.type(['stop', 'front'])).exitCode).toBe(0);
    expect((await stage.type(run, {}, stage.elsewhere)).exitCode).toBe(0);
  });
});

describe('clawden channels test', () => {
  it('needs no runtime, no engine and no image', async () => {
    stage.elsewhere.write(
      'clawden.yaml',
      `provider: echo
channels:
  sales: { type: telegram, token: $GOOD, allow_from: [1], api_root: "${stage.telegram.url}" }
  wrong: { type: telegram, token: $WRONG, allow_from: [1], api_root: "${stage.telegram.url}" }
  office: { type: discord, token: $OFFICE, allow_from: ["${discordFriend}"], api_root: "${stage.discord.api}" }
runtimes: [{ name: nanoclaw }]
`,
    );
    stage.elsewhere.write('.env', `GOOD=${tokenOf('first')}\nWRONG=1:nobody\nOFFICE=${discordToken}\n`);
    const { stdout, exitCode } = await stage.elsewhere.type(['channels', 'test'], {
      env: { PATH: '/nonexistent' },
    });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^✔ sales +telegram +@first_bot +good; nobody else reads it$/m);
    expect(stdout).toMatch(/^✔ office +discord +@office_bot +good$/m);
    expect(stdout).toMatch(
      /^✖ wrong +telegram +the platform refuses the token\n {2}→ put the right one into .env: WRONG=/m,
    );
  });
});
