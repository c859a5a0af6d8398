import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Finding } from '../../host-cli/doctor/finding.ts';
import { labels } from '../../host-cli/engine-records.ts';
import { openProject } from '../../host-cli/project.ts';
import { image } from '../helpers/docker.ts';
import { bundle, docker, removeProject, type Workplace, workplace } from './helpers.ts';

let place: Workplace;
let id = '';

beforeAll(async () => {
  place = workplace(await bundle());
  ({ id } = openProject(place.directory));
});
afterAll(async () => {
  await removeProject(id);
  place.remove();
});

it('clawden doctor finds a real engine well, and the container that the file no longer speaks of', async () => {
  place.write('clawden.yaml', 'runtime: openclaw\nprovider: echo\n');
  const known = { [labels.project]: id, [labels.instance]: 'old', [labels.settings]: 'x' };
  const words = Object.entries(known).flatMap(([name, value]) => ['--label', `${name}=${value}`]);
  await docker('create', ...words, image);
  const typed = await place.type(['doctor', '--json'], { env: { CLAWDEN_IMAGE: image } });
  const { ok, findings } = JSON.parse(typed.stdout) as { ok: boolean; findings: readonly Finding[] };
  expect([ok, typed.exitCode]).toEqual([true, 0]);
  const level = (area: string): unknown => findings.find((each) => each.area === area)?.level;
  expect(['engine', 'image', 'memory', 'config'].map(level)).toEqual(['ok', 'ok', 'ok', 'ok']);
  expect(findings.find(({ area }) => area === 'containers')).toMatchObject({
    level: 'warning',
    text: expect.stringContaining('old is in no line of clawden.yaml any more'),
    fix: expect.stringMatching(/ up --remove-orphans$/),
  });
});
