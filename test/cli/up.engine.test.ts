import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openProject } from '../../host-cli/project.ts';
import {
  bundle,
  docker,
  removeProject,
  STAND_IN,
  standIn,
  type TypeOptions,
  until,
  type Workplace,
  workplace,
} from './helpers.ts';

let place: Workplace;
let script = '';
let id = '';

beforeAll(async () => {
  script = await bundle();
  await standIn();
  place = workplace(script);
  id = openProject(place.directory).id;
}, 300_000);

afterAll(async () => {
  await removeProject(id);
  place.remove();
});

const image = { CLAWDEN_IMAGE: STAND_IN };
const type = (argv: readonly string[], more: TypeOptions = {}) =>
  place.type(argv, { ...more, env: { ...image, ...more.env } });
const begin = (argv: readonly string[]) => place.begin(argv, { env: image });
const up = (...argv: readonly string[]) => type(['up', ...argv]);
const declare = (...instances: readonly string[]) =>
  place.write('clawden.yaml', `runtimes:\n${instances.map((each) => `  - {${each}}\n`).join('')}`);
/** Id of each container by its instance. */
const containers = async (): Promise<Record<string, string>> => {
  const format = '{{.Label "io.clawden.instance"}} {{.ID}} {{.State}}';
  const lines = await docker('ps', '-a', '--format', format, '--filter', `label=io.clawden.project=${id}`);
  return Object.fromEntries(
    lines
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split(' '))
      .map(([instance, container, state]) => [instance, `${container} ${state}`]),
  );
};
const inspect = (instance: string, format: string) =>
  docker('inspect', '-f', format, `clawden-${id}-${instance}`);
const chat = async (...argv: readonly string[]) => (await type(['chat', ...argv])).stdout;

const THREE = ['name: openclaw', 'name: zeroclaw, id: zc', 'name: picoclaw, id: pc'];

describe('clawden up', () => {
  it('brings every instance of the file up, each in its own name, and touches none that runs as it should', async () => {
    declare(...THREE);
    const first = await up();
    expect(first.exitCode).toBe(0);
    for (const name of ['openclaw', 'zc', 'pc'])
      expect(first.stdout).toMatch(new RegExp(`✔ ${name} is ready at`));
    expect(first.stderr).toContain('zc: starting');
    expect(await inspect('zc', '{{.HostConfig.RestartPolicy.Name}}')).toBe('unless-stopped');
    expect(JSON.parse(await inspect('zc', '{{json .Config.Labels}}'))).toMatchObject({
      'io.clawden.runtime': 'zeroclaw',
      'io.clawden.directory': place.directory,
    });
    expect(existsSync(join(place.directory, 'workspace', 'zc'))).toBe(true);
    const before = await containers();
    // What the file says of others, or in a comment, is no change of this one.
    place.write('clawden.yaml', `# hello\n${readFileSync(join(place.directory, 'clawden.yaml'), 'utf8')}`);
    const second = await up('-d');
    expect(second.stdout.match(/\(unchanged\)/g)).toHaveLength(3);
    expect(await containers()).toEqual(before);
  });

  it('starts one that was killed, replaces one that was changed, and names one that is gone from the file', async () => {
    await chat('zc', 'remember me');
    const before = await containers();
    const port = Number((await docker('port', `clawden-${id}-zc`)).split(':').at(-1));
    await docker('kill', `clawden-${id}-openclaw`);
    declare('name: openclaw', 'name: zeroclaw, id: zc, memory: 300m');
    const turn = type(['chat', 'zc', '[[delay 1500]] in flight']);
    await new Promise((resolve) => setTimeout(resolve, 700));
    const typed = await up('--json');
    expect(typed.exitCode).toBe(0);
    expect(await turn).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('in flight') });
    const outcome = JSON.parse(typed.stdout);
    expect(outcome).toMatchObject({
      version: 1,
      directory: place.directory,
      instances: [
        { instance: 'openclaw', runtime: 'openclaw', action: 'started', state: 'ready' },
        { instance: 'zc', action: 'recreated', state: 'ready', port, url: `http://127.0.0.1:${port}` },
      ],
      orphans: [{ instance: 'pc', removed: false }],
      exitCode: 0,
    });
    expect(typed.stderr).toMatch(/pc is not in the file; it was left running\n {2}→ .*up --remove-orphans/);
    const after = await containers();
    expect(after.openclaw).toBe(before.openclaw);
    expect(after.pc).toBe(before.pc);
    expect(after.zc).not.toBe(before.zc);
    expect(await inspect('zc', '{{.HostConfig.Memory}}')).toBe(String(300 * 1024 * 1024));
    expect(await chat('zc', '[[history]]')).toContain('remember me');

    const cleaned = await up('--remove-orphans');
    expect(cleaned.stderr).toContain('pc is stopped and removed');
    expect(Object.keys(await containers()).sort()).toEqual(['openclaw', 'zc']);
  });

  it('touches only those that are named', async () => {
    declare(...THREE);
    const before = await containers();
    expect((await up('pc')).stdout).toMatch(/^✔ pc is ready at http:\S+ \(created, [\d.]+ s\)$/);
    const { pc: _, ...others } = await containers();
    expect(others).toEqual(before);
    const typed = await up('pcc');
    expect(typed.exitCode).toBe(64);
    expect(typed.stderr).toContain('there is no instance "pcc" in this project (did you mean pc?)');
  });

  it('tells every mistake of a broken file, and touches nothing that runs', async () => {
    const before = await containers();
    declare('name: openclaw, chanels: {}', 'name: zeroclw, id: zc', 'name: picoclaw, id: pc, memory: lots');
    const typed = await up('--json');
    expect(typed.exitCode).toBe(78);
    expect(typed.stderr).toContain('clawden.yaml:2:22  unknown key "chanels" (did you mean "channels"?)');
    expect(typed.stderr).toContain('runtime "zeroclw" is not known (did you mean "zeroclaw"?)');
    expect(typed.stderr).toContain('memory: is "lots"');
    expect(typed.stderr).toContain('3 problems above; nothing was started or changed');
    expect(JSON.parse(typed.stdout)).toMatchObject({ error: { code: 'plan-refused' }, exitCode: 78 });
    expect(await containers()).toEqual(before);
  });

  it('reports each instance that fails, keeps it for its log, and leaves the good ones running', async () => {
    declare(
      'name: openclaw',
      "name: zeroclaw, id: zc, env: {FAIL: '78'}",
      'name: picoclaw, id: pc, env: {CHANNEL: token-rejected}',
    );
    const typed = await up();
    expect(typed.exitCode).toBe(78);
    expect(typed.stdout).toMatch(/^✔ openclaw is ready at \S+ \(unchanged\)$/);
    expect(typed.stderr).toContain('clawden.yaml:3:1  unknown key "chanels"');
    expect(typed.stderr).toContain('✖ zc ended before it was ready (exit code 78)');
    expect(typed.stderr).toMatch(
      /✖ pc is ready, but channel telegram is down: token-rejected\n {2}→ .*refuses the token/,
    );
    const after = await containers();
    expect(after.zc).toMatch(/exited$/);
    expect(after.pc).toMatch(/running$/);
    expect((await type(['logs', 'zc'])).stdout).toContain('starting zeroclaw');
    expect((await up('pc')).exitCode).toBe(1);
    declare(...THREE);
    expect((await up()).exitCode).toBe(0);
  });

  it('takes the next port when the usual one is taken, and refuses when the file says which', async () => {
    const squatter = createServer();
    await type(['down', '--volumes', '--yes']);
    await new Promise((resolve) =>
      squatter.once('error', resolve).listen(42617, '127.0.0.1', () => resolve(0)),
    );
    try {
      declare('name: zeroclaw, id: a', 'name: zeroclaw, id: b');
      const typed = await up();
      expect(typed.stdout).toMatch(/✔ a is ready at http:\/\/127\.0\.0\.1:426\d\d/);
      expect(typed.stderr).toContain('Port 42617 of this machine is taken: a uses');
      const ports = [...typed.stdout.matchAll(/:(\d+) /g)].map(([, port]) => port);
      expect(new Set(ports).size).toBe(2);
      declare('name: zeroclaw, id: a, config: {port: 42617}', 'name: zeroclaw, id: b, memory: 1g');
      const { a } = await containers();
      const told = await up();
      expect(told.exitCode).toBe(69);
      // What ran is not given up for what cannot start.
      expect(await containers()).toMatchObject({ a });
      expect(told.stderr).toMatch(
        /port 42617 of this machine is taken\n {2}→ write another one into the file/,
      );
      expect(told.stdout).toMatch(new RegExp(`^✔ b is ready at http://127.0.0.1:${ports[1]} \\(recreated`));
    } finally {
      squatter.close();
    }
  });

  it('lets no workspace lie in that of another one, where its agent could put a link for it', async () => {
    await type(['down', '--volumes', '--yes']);
    declare('name: openclaw');
    expect((await up()).exitCode).toBe(0);
    declare('name: openclaw', 'name: zeroclaw, id: zc');
    const half = await up('zc');
    expect(half.exitCode).toBe(73);
    expect(half.stderr).toMatch(
      /the workspaces of zc \(\S+\/workspace\/zc\) and openclaw lie in each other.*\n {2}→ .* up /,
    );
    const whole = await up();
    expect(whole.exitCode).toBe(0);
    expect(whole.stderr).toContain('zc: waiting for its account, port or folder');
    expect(await inspect('openclaw', '{{range .Mounts}}{{.Source}} {{end}}')).toContain(
      '/workspace/openclaw ',
    );
    declare('name: openclaw');
    expect((await up()).stderr).toMatch(
      /\(\S+\/workspace\) and zc lie in each other.*\n {2}→ .* up --remove-orphans/,
    );
    expect((await up('--remove-orphans')).exitCode).toBe(0);
  });

  it('given up with Ctrl-C, leaves what has started to go on', async () => {
    await type(['down', '--volumes', '--yes']);
    declare("name: openclaw, env: {READY_AFTER: '3000'}");
    const going = begin(['up']);
    await until('it waits', () => going.printed().includes('openclaw: waiting for the runtime to start'));
    going.signal('SIGINT');
    const { exitCode, stderr } = await going.done;
    expect(exitCode).toBe(130);
    expect(stderr).toContain('openclaw: started, and left to go on');
    expect(await inspect('openclaw', '{{.State.Running}} {{.HostConfig.RestartPolicy.Name}}')).toBe(
      'true unless-stopped',
    );
    expect((await up()).stdout).toMatch(/openclaw is ready at \S+ \(unchanged\)/);

    const restarting = begin(['restart']);
    await until('it waits', () => restarting.printed().includes('waiting for the runtime to start'));
    restarting.signal('SIGINT');
    const told = await restarting.done;
    expect(told.exitCode).toBe(130);
    expect(told.stderr).toMatch(
      /interrupted; all have started, and are left to go on\n {2}→ .*clawden.* ps$/m,
    );
  });

  it('at the same time as another, waits for it and says so', async () => {
    await type(['down', '--volumes', '--yes']);
    declare("name: openclaw, env: {READY_AFTER: '1500'}", 'name: zeroclaw, id: zc');
    const [first, second] = await Promise.all([up(), up()]);
    expect([first.exitCode, second.exitCode]).toEqual([0, 0]);
    const waiting = [first, second].filter(({ stderr }) =>
      stderr.includes('Waiting for clawden up of this project (pid '),
    );
    expect(waiting).toHaveLength(1);
    expect(waiting[0]?.stdout.match(/\(unchanged\)/g)).toHaveLength(2);
    expect(Object.keys(await containers())).toHaveLength(2);
  });
});
