import { describe, expect, it } from 'vitest';
import { type ImageFacts, readImageFacts } from './image-contents.ts';

const labels = {
  'org.opencontainers.image.version': '0.1.0',
  'io.clawden.runtimes': 'openclaw,zeroclaw',
  'io.clawden.tools': 'git,http',
  'io.clawden.version.supervisor': '0.1.0',
  'io.clawden.version.openclaw': '2026.9.6',
  'io.clawden.plugins.openclaw': 'discord,slack',
  'io.clawden.port.openclaw': '18789',
  'io.clawden.port.zeroclaw': '42617',
  'io.clawden.stop-timeout.openclaw': '345',
  'io.clawden.variables.git': 'GIT_TOKEN,GIT_NAME',
  'io.clawden.size.openclaw': '1000',
};
const read = (more: Readonly<Record<string, string>> = {}, version = '0.1.7'): ImageFacts =>
  readImageFacts({
    image: { id: 'sha256:1', labels: { ...labels, ...more } },
    reference: 'my-image:1',
    toolFolders: ['weather', 'git'],
    toolVariables: { weather: ['WEATHER_KEY'] },
    version,
  });

describe('what an image says of itself', () => {
  it('is its runtimes, plugins and tools, with the caller’s own tools beside them', () => {
    expect(read().contents).toEqual({
      runtimes: ['openclaw', 'zeroclaw'],
      tools: ['git', 'http', 'weather'],
      plugins: { openclaw: ['discord', 'slack'] },
      toolVariables: { git: ['GIT_TOKEN', 'GIT_NAME'], weather: ['WEATHER_KEY'] },
    });
    expect(read({ 'io.clawden.tools': '' }).contents.tools).toEqual(['weather', 'git']);
  });

  it('is versions, ports and how long a stop may take', () => {
    expect(read()).toMatchObject({
      versions: { supervisor: '0.1.0', openclaw: '2026.9.6' },
      ports: { openclaw: 18789, zeroclaw: 42617 },
      stopTimeouts: { openclaw: 345 },
    });
  });

  it.each(['', 'soon', '-1', '1.5'])('leaves out a port "%s"', (port) => {
    expect(read({ 'io.clawden.port.openclaw': port }).ports).toEqual({ zeroclaw: 42617 });
  });
});

describe('an image of another release', () => {
  it.each([
    ['0.1.0', '0.1.7', false],
    ['0.1.9-rc.1', '0.1.0', false],
    ['0.2.0', '0.1.0', true],
    ['0.1.0', '0.2.0', true],
    ['1.1.0', '0.1.0', true],
  ])('with supervisor %s under command %s is worth a note: %s', (supervisor, command, noted) => {
    const { skew } = read({ 'io.clawden.version.supervisor': supervisor }, command);
    if (!noted) return expect(skew).toBeUndefined();
    expect(skew).toContain(`clawden ${command} starts my-image:1, whose supervisor is ${supervisor}`);
  });
});

it.each([{}, { 'org.opencontainers.image.version': '13' }, { 'io.clawden.version.supervisor': '' }])(
  'an image with labels %j is refused as none of ours, with 69',
  (foreign) => {
    const question = {
      image: { id: '', labels: foreign },
      reference: 'debian',
      toolFolders: [],
      version: '0.1.0',
    };
    expect(() => readImageFacts(question)).toThrow(
      expect.objectContaining({
        code: 'image-foreign',
        exit: 69,
        message: expect.stringContaining('debian'),
      }),
    );
  },
);
