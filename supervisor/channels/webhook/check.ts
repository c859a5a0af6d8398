import { type CheckInput, type CheckResult, unanswered, unusable } from '../check.ts';

/** Asks whether anybody answers where replies go. Nothing is delivered: a test must not look like a reply. Never throws. */
export async function check({ fields, secrets }: CheckInput, signal: AbortSignal): Promise<CheckResult> {
  if (!secrets['secret']) return { reason: 'token-missing' };
  const { url } = fields;
  if (!url) return { reason: null, details: nothing };
  try {
    const { status } = await fetch(url, { method: 'HEAD', redirect: 'manual', signal });
    // Many who take POST know no HEAD (404, 405, 501), which says nothing of POST.
    if (status >= 500 && status !== 501) return { ...unusable(url, status), servable: true };
    return { reason: null, details: answers };
  } catch (error) {
    return { ...unanswered(url, error, signal), servable: true };
  }
}

const nothing = { cause: 'nothing-to-ask', text: 'nothing to ask: replies go into the response' };
const answers = { cause: 'url-answers', text: 'good; its url answers' };
