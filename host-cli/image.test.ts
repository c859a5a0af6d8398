import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Engine } from './engine.ts';
import { chooseImage, ensureImage } from './image.ts';
import type { Ui } from './ui.ts';

const folder = mkdtempSync(join(tmpdir(), 'clawden-image-'));
const planted = join(folder, 'planted');
mkdirSync(join(planted, 'workspace'), { recursive: true });
writeFileSync(join(planted, 'package.json'), '{"name":"clawden"}');
writeFileSync(join(planted, 'Dockerfile'), '');
afterAll(() => rmSync(folder, { recursive: true }));

/** An engine without images; to pull would be a mistake. */
const engine = { image: async () => undefined } as unknown as Engine;
const ui = { note: () => undefined } as unknown as Ui;

describe('the image of a command', () => {
  it('is built by the checkout that the command is of', () => {
    expect(chooseImage(undefined, planted, '/srv/clawden')).toEqual({
      reference: 'clawden-runtime:local',
      builtIn: '/srv/clawden',
    });
  });

  it('is not built by what only looks like a checkout where it was typed, nor asked of a registry', async () => {
    const choice = chooseImage(undefined, join(planted, 'workspace'), '');
    expect(choice).toMatchObject({ reference: 'clawden-runtime:local', builtIn: undefined });
    await expect(ensureImage(engine, choice, ui)).rejects.toMatchObject({
      code: 'image-unbuilt',
      fix: `cd ${planted} && npm run image`,
    });
  });

  it('of the checkout is not asked of a registry either when it was named', async () => {
    const choice = chooseImage('clawden-runtime:local', folder, '');
    await expect(ensureImage(engine, choice, ui)).rejects.toMatchObject({ code: 'image-unbuilt' });
  });

  it('is the published one elsewhere, or the one that was named', () => {
    expect(chooseImage('', folder, '').reference).toMatch(/^ghcr\.io\//);
    expect(chooseImage('mine:1', planted)).toEqual({ reference: 'mine:1', builtIn: undefined });
  });
});
