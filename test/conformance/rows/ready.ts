import { type TestContainer, testToken } from '../../helpers/container.ts';
import { until } from '../../helpers/docker.ts';
import { type Context, demand, NotApplicable, type Row } from '../row.ts';

const group = 'Readiness';
const wrongToken = '7000009:AAnobody-knows-this-token-nobody-at';

/**
 * A second container, as the image's own user and started by a variable after the image, whose bot token the platform
 * refuses. Kept for the rows below.
 */
const seconds = new WeakMap<Context['bench'], Promise<TestContainer>>();

function second({ bench, subject }: Context): Promise<TestContainer> {
  const known = seconds.get(bench);
  if (known) return known;
  const started = bench.start(
    {
      TELEGRAM_BOT_TOKEN: wrongToken,
      TELEGRAM_ALLOW_FROM: '4242',
      TELEGRAM_API_ROOT: `http://host.docker.internal:${bench.telegram.port}`,
    },
    { args: ['-e', `RUNTIME=${subject.runtime}`] },
  );
  const ready = started.then(async (container) => {
    await container.ready(300_000);
    return container;
  });
  seconds.set(bench, ready);
  return ready;
}

async function privatePort(container: TestContainer): Promise<number> {
  const answer = await container.get('/clawden/v1/status', { authorization: `Bearer ${testToken}` });
  return ((await answer.json()) as { privatePort: number }).privatePort;
}

export const readyRows: readonly Row[] = [
  {
    id: 'ready',
    group,
    title: 'is ready in time: any user, read-only root, no capabilities',
    check: async ({ bench }) => {
      await bench.shared();
      return `${(bench.readyAfter() / 1000).toFixed(1)} s from docker run`;
    },
  },
  {
    id: 'own-user',
    group,
    title: 'is ready as the image’s own user, by docker run IMAGE -e RUNTIME=…',
    check: async (context) => {
      await second(context);
      return '';
    },
  },
  {
    id: 'bad-token',
    group,
    title: 'a refused bot token is told by name, and is no failure of the runtime',
    check: async (context) => {
      if (context.runtime.descriptor.nativeChannels.every(({ type }) => type !== 'telegram')) {
        throw new NotApplicable('it does not speak Telegram by itself');
      }
      const container = await second(context);
      await until(
        'the reason',
        async () => (await container.health()).channels[0]?.reason === 'token-rejected' || undefined,
        60_000,
      );
      demand((await container.get('/ready')).status === 200, '/ready was not 200');
      demand((await container.get('/ready?channels=1')).status === 503, '/ready?channels=1 was not 503');
      return 'token-rejected';
    },
  },
  {
    id: 'hung',
    group,
    title: 'a runtime that hangs is not ready, and is started anew',
    check: async (context) => {
      const container = await second(context);
      const pid = await container.runtimePid();
      const before = (await container.health()).runtime?.restarts ?? 0;
      await container.signal(pid, 'STOP');
      const { liveInterval, liveFailures, live } = context.runtime.descriptor.probes;
      const limit = (liveInterval + live.timeout) * (liveFailures + 2) + 60_000;
      await until('not ready', async () => !(await container.get('/ready')).ok || undefined, limit);
      await until(
        'the restart',
        async () => ((await container.health()).runtime?.restarts ?? 0) > before || undefined,
        limit,
      );
      await container.ready(300_000);
      demand((await container.runtimePid()) !== pid, 'the process is still the old one');
      return '';
    },
  },
  {
    id: 'port-taken',
    group,
    title: 'another process that answers at the old port is no readiness',
    check: async (context) => {
      const container = await second(context);
      const port = await privatePort(container);
      const { ready, live } = context.runtime.descriptor.probes;
      const body = JSON.stringify({ ...ready.expect, ...live.expect });
      const liar = `const s = require('node:http').createServer((q, r) => r.end(${JSON.stringify(body)}));
        const go = () => s.listen(${port}, '127.0.0.1'); s.on('error', () => setTimeout(go, 5)); go();`;
      const pid = await container.runtimePid();
      void container.exec(['node', '-e', liar]);
      await container.signal(pid, 'KILL');
      await until('the new port', async () => (await privatePort(container)) !== port || undefined, 60_000);
      await container.ready(300_000);
      demand((await container.runtimePid()) !== pid, 'the process is still the old one');
      return '';
    },
  },
];
