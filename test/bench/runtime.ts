/**
 * `npm run bench -- --runtime NAME`: measures one runtime anew, in the image of its last conformance run, and writes its
 * table into docs/benchmarks.md.
 */
import { runtimeNamed, runtimes } from '../../runtimes/index.ts';
import { docker } from '../helpers/docker.ts';
import { writeTable } from './figures.ts';
import { benchRuntime } from './runtimes.ts';

export async function measureRuntime(name: string): Promise<void> {
  const runtime = runtimeNamed(name);
  if (!runtime) {
    const known = runtimes.map(({ descriptor }) => descriptor.name).join(', ');
    throw new Error(`no runtime "${name}"; there are: ${known}`);
  }
  const image = `clawden-conformance:${name}`;
  if ((await docker(['image', 'inspect', image])).code !== 0) {
    throw new Error(`there is no ${image}; make it: npm run conformance -- --runtime ${name}`);
  }
  const figures = await benchRuntime(runtime, image);
  for (const { name: figure, value } of figures) console.log(`${figure.padEnd(48)} ${value}`);
  writeTable(name, figures);
}
