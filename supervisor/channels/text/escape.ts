/** The three characters that Telegram's HTML and Slack's mrkdwn both keep for themselves. */
export function escapeAngles(text: string): string {
  if (!/[&<>]/.test(text)) return text;
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
