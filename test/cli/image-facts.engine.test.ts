import { beforeAll, expect, it } from 'vitest';
import { openEngine } from '../../host-cli/engine.ts';
import { readImageFacts } from '../../host-cli/image-contents.ts';
import { version } from '../../host-cli/version.ts';
import { STAND_IN, standIn } from './helpers.ts';

const engine = openEngine(process.env);
beforeAll(standIn, 300_000);

it('the stand-in says of itself what an image of ours says', async () => {
  const image = await engine.image(STAND_IN);
  if (!image) throw new Error('it was not built');
  const facts = readImageFacts({ image, reference: STAND_IN, toolFolders: [], version: version() });
  expect(facts).toEqual({
    contents: {
      runtimes: ['openclaw', 'zeroclaw', 'picoclaw'],
      tools: ['git', 'http'],
      plugins: { openclaw: ['discord', 'slack'] },
      toolVariables: { git: ['GIT_AUTHOR_NAME', 'GITHUB_TOKEN'] },
    },
    versions: { supervisor: version(), openclaw: '1.2.3' },
    ports: { openclaw: 18789 },
    stopTimeouts: { openclaw: 17, zeroclaw: 17, picoclaw: 17 },
    skew: undefined,
  });
});

it('the engine of this machine says how it maps users', async () => {
  expect(['same', 'rootless', 'remapped', 'virtual']).toContain(await engine.idMapping());
});
