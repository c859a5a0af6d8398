import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundle, type Workplace, workplace } from '../cli/helpers.ts';
import { startContainer } from '../helpers/container.ts';
import { image, until } from '../helpers/docker.ts';

let place: Workplace;
beforeAll(async () => {
  place = workplace(await bundle());
});
afterAll(() => place.remove());

const variables = {
  ANTHROPIC_API_KEY: 'sk-canary-0123456789',
  MY_BOT: '123456789:canary-AAF',
  WORK_KEY: 'canary-of-the-work-key',
};
const yaml = `runtime: openclaw
channels: { mine: { type: telegram, token: $MY_BOT, allow_from: [7], api_root: http://127.0.0.1:9 } }
config:
  log_level: debug
  agents: { defaults: { heartbeat: { every: 2h } } }
  tools: { web: { search: { apiKey: $WORK_KEY } } }
`;

interface Shown {
  readonly instances: readonly [
    { readonly files: readonly { readonly path: string; readonly mode: string; readonly content: string }[] },
  ];
}

it('config show --native prints the files that a container of the same plan gives to OpenClaw', async () => {
  const file = place.write('clawden.yaml', yaml);
  place.write(
    '.env',
    Object.entries(variables)
      .map((pair) => `${pair.join('=')}\n`)
      .join(''),
  );
  const typed = await place.type(['config', 'show', '--native', '--json', '--image', image]);
  expect(typed.stderr).toBe('');
  const { files } = (JSON.parse(typed.stdout) as Shown).instances[0];
  expect(files.length).toBeGreaterThan(0);
  await using container = await startContainer({
    args: [],
    env: { ...variables, CLAWDEN_ECHO: '' },
    run: ['-v', `${file}:/etc/clawden/clawden.yaml:ro`],
  });
  // Written before the validator runs and long before the program does: nothing is waited for that is not compared.
  const there = await until('the rendered files', async () => {
    const script = files
      .map(({ path }) => `stat -c %a ${path} && cat ${path} && printf '\\n\\f'`)
      .join(' && ');
    const { code, stdout } = await container.exec(['sh', '-c', script]);
    return code === 0 ? stdout : undefined;
  });
  const shown = files.map(({ mode, content }) => `${mode.replace(/^0/, '')}\n${content}\n\f`).join('');
  expect(sameForEveryStart(there)).toBe(sameForEveryStart(shown));
  const { stdout: list } = await container.exec(['ls', '/run/clawden/openclaw']);
  const names = files.flatMap(({ path }) => /^\/run\/clawden\/openclaw\/(.+)$/.exec(path)?.[1] ?? []);
  expect(list.split('\n').filter(Boolean)).toEqual(names.sort());
});

/** Ports are found anew at each start. */
function sameForEveryStart(text: string): string {
  return text.replace(/"port": \d+/g, '"port": 0').replace(/127\.0\.0\.1:(?!9\b)\d+/g, '127.0.0.1:0');
}
