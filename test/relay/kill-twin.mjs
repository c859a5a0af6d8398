/**
 * A gateway that can be killed: answers OpenClaw's chat completions with `re: TEXT` after 0 to 40 ms, and writes down
 * what it was asked.   node kill-twin.mjs PORT FILE
 */
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const [port, file] = process.argv.slice(2);
createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  const text = JSON.parse(body).messages.at(-1).content;
  appendFileSync(file, `${text}\n`);
  await sleep(Math.random() * 40);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(`data: ${JSON.stringify({ choices: [{ delta: { content: `re: ${text}` } }] })}\n\n`);
  response.end('data: [DONE]\n\n');
}).listen(Number(port), '127.0.0.1', () => console.log('up'));
