import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readMemory } from './cgroup.ts';

function cgroup(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'cgroup-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), content);
  }
  return root;
}

describe('memory of the container', () => {
  it('is read from cgroup v2', () => {
    const root = cgroup({
      'memory.max': '1610612736\n',
      'memory.current': '4096\n',
      'memory.events': 'low 0\nhigh 0\nmax 3\noom 2\noom_kill 1\noom_group_kill 0\n',
    });
    expect(readMemory(root)).toEqual({ limit: 1610612736, usage: 4096, kills: 1 });
  });

  it('has no limit where v2 says max', () => {
    expect(readMemory(cgroup({ 'memory.max': 'max\n', 'memory.current': '1\n' }))).toEqual({ usage: 1 });
  });

  it('is read from cgroup v1', () => {
    const root = cgroup({
      'memory/memory.limit_in_bytes': '2147483648\n',
      'memory/memory.usage_in_bytes': '8192\n',
      'memory/memory.oom_control': 'oom_kill_disable 0\nunder_oom 0\noom_kill 2\n',
    });
    expect(readMemory(root)).toEqual({ limit: 2147483648, usage: 8192, kills: 2 });
  });

  it('has no limit where v1 writes its largest number', () => {
    expect(readMemory(cgroup({ 'memory/memory.limit_in_bytes': '9223372036854771712\n' }))).toEqual({});
  });

  it('is unknown where there is no cgroup', () => {
    expect(readMemory('/nonexistent')).toEqual({});
  });
});
