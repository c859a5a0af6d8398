import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer as createHttp, type Server } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { selfSigned } from '../fakes/model/certificate.ts';
import { scratch } from '../helpers/docker.ts';
import { host } from '../helpers/real-openclaw.ts';
import { agentShell } from '../helpers/tools.ts';

describe('the tool git', () => {
  it('lets any user clone, commit and push in a workspace of somebody else, on a read-only root', async () => {
    using folder = scratch();
    const workspace = join(folder.path, 'workspace');
    mkdirSync(workspace);
    execFileSync('git', ['init', '-q', join(workspace, 'foreign')]);
    chmodSync(workspace, 0o777);
    const script = `cd ~/../workspace && git -C foreign status --short && git init -q --bare origin.git &&
      git clone -q file://$PWD/origin.git clone && cd clone && echo x >file && git add file &&
      git commit -qm first && git push -q && git log --format='%an <%ae> %cn'
      git config user.name Other && git commit -q --amend --reset-author --no-edit && git log --format=%an`;
    const run = ['--user', '12345:54321', '-v', `${workspace}:/home/clawden/workspace`];
    const made = await agentShell(script, {
      tools: 'git',
      run,
      env: { GIT_COMMITTER_NAME: 'Ada "the first" L' },
    });
    expect(made.stdout.split('\n'), made.stderr).toEqual([
      'ClawDen agent <agent@clawden.invalid> Ada "the first" L',
      'Other',
    ]);
    // The control: without the tool git does not trust the folder.
    const without = await agentShell('cd ~/../workspace/foreign && git status', { tools: '', run });
    expect(without.all).toContain('dubious ownership');
  });

  it('gives git and ssh what the person gave, strictly, and keeps it out of the environment and of argv', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const env = {
      GIT_AUTHOR_NAME: 'Grace',
      GIT_AUTHOR_EMAIL: 'grace@example.org',
      GITHUB_TOKEN: 'canary-github-0123',
      GIT_CREDENTIALS: 'https://me:canary-other-4567@git.example.org',
      GIT_SSH_KEY: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
      GIT_SSH_KNOWN_HOSTS:
        'git.example.org ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl',
    };
    const script = `git var GIT_AUTHOR_IDENT | cut -d' ' -f1-2
      for host in github.com git.example.org; do
        printf 'protocol=https\\nhost=%s\\n\\n' $host | git credential fill | sed -n 's/^username=/user /p; s/^password=/word /p'
      done
      mkdir ~/.ssh; printf 'StrictHostKeyChecking no\\nUser me\\n' >~/.ssh/config
      $GIT_SSH_COMMAND -G x | grep -E '^(user |strict|batch|userknown|identityfile|identitiesonly)'
      git config --file ~/.gitconfig user.name Home; git config user.name
      ssh-keygen -F git.example.org -f /run/clawden/tools/git/known_hosts | grep -c ed25519
      env | grep -c canary; stat -c %a /run/clawden/tools/git /run/clawden/tools/git/G*
      git credential fill </dev/null || echo never asks`;
    const { stdout, stderr } = await agentShell(script, { tools: 'git', env });
    expect(stdout.split('\n'), stderr).toEqual([
      'Grace <grace@example.org>',
      'user x-access-token',
      'word canary-github-0123',
      'user me',
      'word canary-other-4567',
      'user me',
      'batchmode yes',
      'identitiesonly yes',
      'stricthostkeychecking true',
      'identityfile /run/clawden/tools/git/GIT_SSH_KEY',
      'userknownhostsfile /run/clawden/tools/git/known_hosts /home/clawden/state/.ssh/known_hosts',
      'Home',
      '1',
      '0',
      '700',
      '600',
      '600',
      '600',
      'never asks',
    ]);
    expect(stderr).not.toContain('canary');
  });

  it('reads a secret that is a file where it lies, and the runtime gets none of them without the tool', async () => {
    using folder = scratch();
    const file = join(folder.path, 'token');
    writeFileSync(file, 'canary-file-89ab\n');
    const script = `printf 'protocol=https\\nhost=gitlab.com\\n\\n' | git credential fill | grep password
      grep -rl canary /run/clawden /tmp ~ 2>/dev/null; env | grep -E 'TOKEN|GIT_AUTHOR' | grep -v OPENCLAW; true`;
    const run = ['-v', `${file}:/run/secrets/GITLAB_TOKEN:ro`];
    const env = { GIT_AUTHOR_NAME: 'Grace', GITHUB_TOKEN: 'canary-github-0123' };
    expect((await agentShell(script, { tools: 'git', run })).stdout).toBe('password=canary-file-89ab');
    expect((await agentShell('env | grep -E "canary|GIT"', { tools: 'http', run, env })).stdout).toBe('');
  });

  it.each([
    ['a key that is none', { GIT_SSH_KEY: 'canary-no-key' }, 'GIT_SSH_KEY is no private key'],
    [
      'host keys that are none',
      { GIT_SSH_KNOWN_HOSTS: 'example.org' },
      'GIT_SSH_KNOWN_HOSTS holds no host key',
    ],
    ['credentials that are none', { GIT_CREDENTIALS: 'canary-token' }, 'no line https://USER:TOKEN@HOST'],
  ])('refuses %s with 69, and does not repeat it', async (_what, env, text) => {
    const { code, stderr } = await agentShell('echo reached', { tools: 'git', env });
    expect(code).toBe(69);
    expect(stderr).toMatch(/^tool "git": its setup ended with exit code 1: GIT_.*\[tool-failed\]$/m);
    expect(stderr).toContain(text);
    expect(stderr).not.toContain('canary');
  });
});

describe('certificates and proxies', () => {
  const { key, cert } = selfSigned([host]);
  const secure = createHttps({ key, cert }, (request, response) => {
    const refs = `${'a'.repeat(40)}\trefs/heads/main\n`;
    response.end(request.url?.startsWith('/repo.git/info/refs') ? refs : `secure ${request.url}`);
  });
  // Asked for a whole address, as a proxy is.
  const proxy = createHttp((request, response) => response.end(`proxied ${request.url}\n`));
  let ports: { secure: number; proxy: number };
  beforeAll(async () => {
    ports = { secure: await listen(secure), proxy: await listen(proxy) };
  });
  afterAll(() => {
    secure.close();
    proxy.close();
  });

  it('of /etc/clawden/ca.pem are trusted by curl, wget and git, beside those of the system', async () => {
    using folder = scratch();
    const ca = join(folder.path, 'ca.pem');
    writeFileSync(ca, cert);
    const url = `https://${host}:${ports.secure}`;
    const script = `curl -fsS ${url}/a; echo; wget -qO- ${url}/b; echo; git ls-remote ${url}/repo.git; ls /run/clawden/tools
      cmp $SSL_CERT_FILE $CURL_CA_BUNDLE && grep -c BEGIN $SSL_CERT_FILE`;
    const asked = await agentShell(script, {
      tools: 'git,http',
      run: ['-v', `${ca}:/etc/clawden/ca.pem:ro`],
    });
    const lines = asked.stdout.split('\n');
    expect(lines.slice(0, -1), asked.stderr).toEqual([
      'secure /a',
      'secure /b',
      `${'a'.repeat(40)}\trefs/heads/main`,
      'git',
      'http',
    ]);
    expect(Number(lines.at(-1))).toBeGreaterThan(100);
    const without = await agentShell(`curl -fsS ${url}/a; echo $?`, { tools: 'git,http' });
    expect(without.stdout).toBe('60');
  });

  it('written in capitals are followed by curl and wget, and by git, all the same', async () => {
    const env = { HTTP_PROXY: `http://${host}:${ports.proxy}` };
    const script = 'curl -fsS http://a.invalid/; wget -qO- http://b.invalid/';
    const { stdout, stderr } = await agentShell(script, { tools: 'http', env });
    expect(stdout, stderr).toBe('proxied http://a.invalid/\nproxied http://b.invalid/');
    const git = await agentShell('git ls-remote http://c.invalid/x 2>&1', { tools: 'git', env });
    expect(git.stdout).not.toMatch(/resolve|proxy/i);
    expect(git.stdout).toContain('http://c.invalid/x');
  });

  it.each([
    [
      'a proxy that is no address',
      { HTTPS_PROXY: 'http://me:canary-pass@proxy:port' },
      'HTTPS_PROXY is no address of a proxy: proxy:port',
    ],
    [
      'a proxy with an impossible port',
      { http_proxy: 'http://proxy:99999' },
      'http_proxy has no port from 1 to 65535',
    ],
    [
      'a bundle that is not there',
      { SSL_CERT_FILE: '/no/such.pem' },
      'SSL_CERT_FILE=/no/such.pem is no bundle',
    ],
  ])('%s is refused with 69', async (_what, env, text) => {
    const { code, stderr } = await agentShell('echo reached', { tools: 'http', env });
    expect(code).toBe(69);
    expect(stderr).toContain(`its setup ended with exit code 1: ${text}`);
    expect(stderr).not.toContain('canary');
  });
});

function listen(server: Server | ReturnType<typeof createHttps>): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '0.0.0.0', () => resolve((server.address() as AddressInfo).port));
  });
}
