import { describe, expect, it } from 'vitest';
import { say } from '../helpers/real-client.ts';
import { asked, host, realKey, sharedContainer, sharedModel, text } from '../helpers/real-openclaw.ts';

describe('Anthropic', () => {
  const model = sharedModel();
  const container = sharedContainer(() => ({
    env: {
      CLAWDEN_PROVIDER: 'anthropic',
      ANTHROPIC_API_KEY: realKey,
      CLAWDEN_BASE_URL: `http://${host}:${model().port}`,
    },
  }));

  it('is asked in its own dialect, with its own header for the key', async () => {
    model().always(text('claude here'));
    expect(await say(container(), 'who are you, bandicoot?')).toBe('claude here');
    const request = await asked(model(), 'bandicoot');
    expect(request.path).toMatch(/^\/v1\/messages/);
    expect(request.headers['x-api-key']).toBe(realKey);
    expect(request.headers.authorization).toBeUndefined();
  });
});
