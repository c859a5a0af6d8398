import { expect, test } from 'vitest';
import { volumeName } from './volumes.ts';

const mountinfo = [
  '597 484 0:52 / / ro,relatime - overlay overlay ro',
  '612 597 254:0 /var/lib/docker/volumes/my-state/_data /home/clawden/state rw,relatime - ext4 /dev/vda rw',
  '613 597 254:0 /srv/work\\040space /home/clawden/workspace rw,relatime - ext4 /dev/vda rw',
].join('\n');

test('a named volume is known by its name, a folder of the host and no mount are not', () => {
  expect(volumeName(mountinfo, '/home/clawden/state')).toBe('my-state');
  expect(volumeName(mountinfo, '/home/clawden/workspace')).toBeUndefined();
  expect(volumeName(mountinfo, '/tmp')).toBeUndefined();
});
