import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { toolMounts } from '../../host-cli/tool-folders.ts';
import { scratch } from '../helpers/docker.ts';
import { agentShell } from '../helpers/tools.ts';

it('tools of ~/.clawden/tools are set up in a container, which cannot change them', async () => {
  using home = scratch();
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(home.path, path)), { recursive: true });
    writeFileSync(join(home.path, path), text);
  };
  write('.clawden/tools/weather/setup.sh', 'export WEATHER=$(cat "$CLAWDEN_TOOL_DIR/today")');
  write('.clawden/tools/weather/today', 'rain');
  write('dotfiles/linked/setup.sh', 'export LINKED=yes');
  write('.clawden/tools/unnamed/setup.sh', 'exit 1');
  symlinkSync(join(home.path, 'dotfiles/linked'), join(home.path, '.clawden/tools/linked'));
  const run = toolMounts(['weather', 'linked', 'git'], { home: home.path, image: ['git', 'http'] });
  const script =
    'echo $WEATHER $LINKED $GIT_TERMINAL_PROMPT; ls /etc/clawden/tools; touch /etc/clawden/tools/weather/x';
  const { stdout, stderr } = await agentShell(script, { tools: 'weather,linked,git', run });
  expect(stdout).toBe('rain yes 0\nlinked\nweather');
  expect(stderr).toContain('Read-only file system');
  expect(stderr).not.toContain('the agent could change this tool');
});
