import { createHmac } from 'node:crypto';
import type { Account, Platform, Said } from '../platform.ts';

const secrets: Platform['secrets'] = {
  first: { secret: 'canary-webhook-secret-first-4e1d' },
  second: { secret: 'canary-webhook-secret-second-77b0' },
};
const people = { friend: 'alerts', other: 'reports', stranger: 'nobody-known' } as const;

/** There is no platform: each message is a signed request, and its answer comes in the response. */
export const webhook: Platform = {
  type: 'webhook',
  secrets,
  people,
  publicHosts: [],
  start: async () => {
    const answers: Record<Account, Said[]> = { first: [], second: [] };
    let hookOf = (_account: Account): string => '';
    return {
      port: 0,
      url: '',
      api: '',
      rooms: ['', ''],
      close: async () => undefined,
      meet: (given) => {
        hookOf = given;
      },
      isConnected: () => true,
      write: ({ to, from, text }) => {
        const body = JSON.stringify({ sender: people[from], text });
        void post(hookOf(to), body, secrets[to]['secret'] ?? '').then((answer) => {
          if (answer !== '') answers[to].push({ where: people[from], text: answer, written: answer });
        });
      },
      said: (account) => answers[account],
    };
  },
};

/** As docs/webhook.md says: the time in seconds, a dot and the body, signed with the secret. */
async function post(url: string, body: string, secret: string): Promise<string> {
  const time = Math.floor(Date.now() / 1000);
  const signature = createHmac('sha256', secret).update(`${time}.${body}`).digest('hex');
  const headers = { 'x-clawden-signature': `t=${time},v1=${signature}` };
  const response = await fetch(url, { method: 'POST', headers, body }).catch(() => undefined);
  if (!response?.ok) return '';
  const answer = (await response.json()) as { readonly text?: string };
  return answer.text ?? '';
}
