import { expect, test } from 'vitest';
import { type IdMapping, idMapping } from './id-mapping.ts';

const docker = (options: readonly string[], system = 'Debian GNU/Linux 12 (bookworm)'): string =>
  JSON.stringify({ SecurityOptions: options, OperatingSystem: system });
const seccomp = 'name=seccomp,profile=default';

test.each<[string, string, NodeJS.Platform, IdMapping]>([
  ['Docker', docker([seccomp]), 'linux', 'same'],
  ['Docker without security options', JSON.stringify({ SecurityOptions: null }), 'linux', 'same'],
  ['rootless Docker', docker([seccomp, 'name=rootless', 'name=cgroupns']), 'linux', 'rootless'],
  ['Docker with userns-remap', docker([seccomp, 'name=userns']), 'linux', 'remapped'],
  ['Docker Desktop on Linux', docker([seccomp], 'Docker Desktop'), 'linux', 'rootless'],
  ['Docker Desktop on a Mac', docker([seccomp], 'Docker Desktop'), 'darwin', 'virtual'],
  ['rootless podman', JSON.stringify({ host: { security: { rootless: true } } }), 'linux', 'rootless'],
  ['podman of root', JSON.stringify({ host: { security: { rootless: false } } }), 'linux', 'same'],
])('%s is known for how it maps users', (_name, info, platform, mapping) => {
  expect(idMapping(info, platform)).toBe(mapping);
});
