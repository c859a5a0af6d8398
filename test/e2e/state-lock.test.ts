import { expect, it } from 'vitest';
import { twinProgram } from '../conformance/program.ts';
import { subjectNamed } from '../conformance/subject.ts';
import { startContainer } from '../helpers/container.ts';
import { docker, scratch } from '../helpers/docker.ts';
import { runOnce } from '../helpers/run-once.ts';

it('refuses a second container on the state volume of one that runs, and lets it in when that one is gone', async () => {
  const { subject, runtime } = await subjectNamed('picoclaw');
  using program = twinProgram(subject, runtime);
  using folder = scratch();
  const volume = `clawden-test-lock-${folder.path.split('-').pop()}`;
  const words = [...program.words, '-v', `${volume}:/home/clawden/state`];
  try {
    const start = () =>
      startContainer({ args: ['picoclaw'], port: runtime.descriptor.defaultPort, run: words });
    {
      await using first = await start();
      await first.ready();
      const second = await runOnce(['picoclaw'], words);
      expect(second.code).toBe(73);
      expect(second.all).toContain('another container runs PicoClaw on the volume at /home/clawden/state');
      await first.ready();
      const lock = '/home/clawden/state/.clawden/picoclaw.lock';
      await first.exec(['sh', '-c', `rm ${lock}; ln -s /home/clawden/workspace/elsewhere ${lock}`]);
      await docker(['kill', first.id]);
    }
    await using third = await start();
    expect((await third.ready()).status).toBe('ready');
    // A planted link is replaced, not followed.
    expect(
      (await third.exec(['stat', '-c', '%F', '/home/clawden/state/.clawden/picoclaw.lock'])).stdout,
    ).toMatch(/^regular/);
  } finally {
    await docker(['volume', 'rm', '-f', volume]);
  }
});
