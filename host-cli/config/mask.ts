/** What stands where a secret stood. */
export const hidden = '(set)';

/** A text in which no secret is left, by value: longer ones first, since one may lie in another. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return [...secrets]
    .sort((a, b) => b.length - a.length)
    .flatMap((secret) => [secret, inJson(secret)])
    .reduce((rest, secret) => rest.replaceAll(secret, hidden), text);
}

/** As it stands inside a quoted text. */
function inJson(secret: string): string {
  return JSON.stringify(secret).slice(1, -1);
}
