import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runtimes } from '../../runtimes/index.ts';
import { subject as picoclaw } from '../conformance/subjects/picoclaw.ts';
import { subject as zeroclaw } from '../conformance/subjects/zeroclaw.ts';
import { image } from '../helpers/docker.ts';
import { docker, root } from './helpers.ts';

/** The image under test, whose OpenClaw is the real one, with twins of the runtimes that cannot be downloaded everywhere. */
export async function imageWithTwins(tag: string): Promise<void> {
  const base = await docker('create', image);
  const labels = ['runtimes=openclaw,picoclaw,zeroclaw'];
  for (const subject of [picoclaw, zeroclaw]) {
    const descriptor = runtimes.find((each) => each.descriptor.name === subject.runtime)?.descriptor;
    if (!descriptor) throw new Error(`no runtime ${subject.runtime}`);
    const { name, version, executable, defaultPort } = descriptor;
    const folder = mkdtempSync(join(tmpdir(), 'clawden-twin-'));
    // Copied as it is; the container's user has to read it.
    chmodSync(folder, 0o755);
    const program = readFileSync(join(root, 'test/fakes', subject.twin ?? ''));
    writeFileSync(join(folder, executable.file.replace('{dir}/', '')), program, { mode: 0o755 });
    const files = { 'manifest.json': JSON.stringify({ name, version, plugins: [] }), ...subject.twinFiles };
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
    await docker('cp', `${folder}/.`, `${base}:/opt/clawden/runtimes/${name}`);
    rmSync(folder, { recursive: true });
    labels.push(`version.${name}=${version}`, `port.${name}=${defaultPort}`, `stop-timeout.${name}=30`);
  }
  const changes = labels.flatMap((label) => ['--change', `LABEL io.clawden.${label}`]);
  await docker('commit', ...changes, base, tag);
  await docker('rm', base);
}
