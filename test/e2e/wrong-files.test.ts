import { describe, expect, it } from 'vitest';
import { scratch } from '../helpers/docker.ts';
import { runOnce, withFile } from '../helpers/run-once.ts';

describe('a wrong file', () => {
  it('with bad YAML is refused with file, line, column and a caret', async () => {
    using folder = scratch();
    const run = withFile(folder.path, 'runtime: openclaw\ntools: [git\nmodel: x\n');
    const { code, stderr } = await runOnce([], run);
    expect(code).toBe(78);
    expect(stderr).toMatch(/^clawden\.yaml:3:1 {2}.*\[yaml-syntax\]\n {2}3 \| model: x\n {4}\| \^\n/m);
  });

  it('tells every error at once, each with its place and the nearest name', async () => {
    using folder = scratch();
    const text = 'runtime: openclaw\nconfig:\n  port: 99999\nchanels: {}\nprovider: antropic\n';
    const run = [...withFile(folder.path, text), '-e', 'CLAWDEN_MODLE=x', '-e', 'TOOLS=gti'];
    const { code, stdout, stderr } = await runOnce([], run);
    expect(code).toBe(78);
    for (const line of [
      'variable CLAWDEN_MODLE is not known (did you mean "CLAWDEN_MODEL"?)  [unknown-variable]',
      '$TOOLS  tool "gti" is not in this image; in this image: git, http  [unknown-tool]',
      'clawden.yaml:3:9  port 99999 is not a whole number from 1024 to 65535  [bad-port]',
      '  3 |   port: 99999\n    |         ^\n',
      'clawden.yaml:4:1  unknown key "chanels" (did you mean "channels"?)  [unknown-key]',
      'clawden.yaml:5:11  provider "antropic" is not known (did you mean "anthropic"?)  [unknown-provider]',
    ]) {
      expect(stderr).toContain(line);
    }
    expect(stdout.split('\n').at(-1)).toContain('(and 4 more)');
  });

  it('never has a secret repeated that was written out in it', async () => {
    using folder = scratch();
    const token = '123456789:AAF-canary-0123456789abcdefghijkl';
    const text = `runtime: openclaw\nchannels:\n  telegram:\n    token: ${token}\n    allow_from: [1]\n`;
    const { code, stderr, all } = await runOnce([], withFile(folder.path, text));
    expect(code).toBe(78);
    expect(stderr).toContain('is a secret written out');
    expect(all).not.toContain('canary');
  });
});
