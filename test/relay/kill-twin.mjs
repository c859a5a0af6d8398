/**
 * A gateway that can be killed: answers OpenClaw's chat completions with `re: TEXT` after 0 to MOST ms, and writes down
 * what it was asked.   node kill-twin.mjs PORT MOST FILE
 */
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const [port, most, file] = process.argv.slice(2);
createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  const text = JSON.parse(body).messages.at(-1).content;
  appendFileSync(file, `${text}\n`);
  if (Number(most) > 0) await sleep(Math.random() * Number(most));
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(`data: ${JSON.stringify({ choices: [{ delta: { content: `re: ${text}` } }] })}\n\n`);
  response.end('data: [DONE]\n\n');
}).listen(Number(port), '127.0.0.1', () => console.log('up'));
