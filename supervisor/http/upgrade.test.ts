import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { auth, createStage, host } from './testing.ts';

const stage = createStage();
afterEach(stage.close);

const handshake = `GET / HTTP/1.1\r\n${host}${auth}connection: upgrade\r\nupgrade: websocket\r\n\r\n`;
const switching = 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n';

/** A runtime that does this with an upgrade, behind PID 1's port. */
async function behind(take: (socket: Socket, head: Buffer) => void): Promise<number> {
  const server = createServer();
  server.on('upgrade', (_request, socket: Socket, head: Buffer) => {
    socket.on('error', () => undefined);
    take(socket, head);
  });
  return stage.front(await stage.listen(server));
}

const echoing = (): Promise<number> =>
  behind((socket, head) => {
    socket.write(switching);
    socket.write(head);
    socket.pipe(socket);
  });

/** One masked frame as clients send them. */
function frame(first: number, payload: Buffer): Buffer {
  const mask = Buffer.from([1, 2, 3, 4]);
  const head =
    payload.length < 126
      ? Buffer.from([first, 0x80 | payload.length])
      : Buffer.concat([Buffer.from([first, 0x80 | 127, 0, 0, 0, 0]), sizeOf(payload)]);
  return Buffer.concat([head, mask, payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0))]);
}

function sizeOf(payload: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(payload.length);
  return size;
}

describe('a WebSocket through the proxy', () => {
  it.each([
    ['a text', [frame(0x81, Buffer.from('hello'))]],
    ['bytes', [frame(0x82, Buffer.from([0, 255, 13, 10, 0]))]],
    [
      'fragments',
      [frame(0x01, Buffer.from('he')), frame(0x00, Buffer.from('l')), frame(0x80, Buffer.from('lo'))],
    ],
    ['a megabyte', [frame(0x82, Buffer.alloc(1024 * 1024, 'm'))]],
  ])('carries %s there and back', async (_what, frames) => {
    const client = stage.dial(await echoing(), handshake);
    const head = await client.sees(/\r\n\r\n/);
    expect(head).toMatch(/^HTTP\/1.1 101 Switching Protocols\r\n/);
    const whole = Buffer.concat(frames).toString('latin1');
    for (const each of frames) client.socket.write(each);
    await expect.poll(() => client.text().length, { timeout: 10_000 }).toBe(head.length + whole.length);
    expect(client.text().slice(head.length) === whole).toBe(true);
  });

  it('carries what either side sent together with its part of the handshake', async () => {
    const port = await behind((socket) => {
      socket.write(`${switching}greeting `);
      socket.pipe(socket);
    });
    await stage.dial(port, `${handshake}early`).sees(/greeting early$/);
  });

  it('carries what a client sent while it waited', async () => {
    let accept: (() => void) | undefined;
    const port = await behind((socket) => {
      accept = () => {
        socket.write(switching);
        socket.pipe(socket);
      };
    });
    const client = stage.dial(port, handshake);
    await expect.poll(() => accept).toBeDefined();
    await new Promise<void>((resolve) => client.socket.write('one ', () => resolve()));
    client.socket.write('two ');
    accept?.();
    await client.sees(/101/);
    client.socket.write('three');
    await client.sees(/one two three$/);
  });
});

describe.each<[string, (socket: Socket) => void]>([
  ['resets', (socket) => void socket.resetAndDestroy()],
  ['ends', (socket) => void socket.end()],
])('a client that %s', (_how, leave) => {
  it('before its headers are complete leaves the port as it was', async () => {
    const port = await echoing();
    for (let index = 0; index < 10; index += 1) {
      const client = stage.dial(port, handshake.slice(0, -4));
      client.socket.on('connect', () => leave(client.socket));
      await client.end;
    }
    await stage.dial(port, `${handshake}alive`).sees(/alive$/);
  });

  it.each([
    ['while its upgrade is pending', false],
    ['right after 101', true],
  ])('%s is gone at the runtime too', async (_when, accept) => {
    const sockets: Socket[] = [];
    let ended = 0;
    const port = await behind((socket) => {
      sockets.push(socket);
      socket.resume().on('end', () => {
        socket.end();
      });
      socket.on('close', () => {
        ended += 1;
      });
      if (accept) socket.write(switching);
    });
    const clients = Array.from({ length: 20 }, () => stage.dial(port, handshake));
    await expect.poll(() => sockets.length).toBe(20);
    if (accept) await Promise.all(clients.map((client) => client.sees(/101/)));
    for (const { socket } of clients) leave(socket);
    await expect.poll(() => ended).toBe(20);
    await Promise.all(clients.map(({ end }) => end));
  });

  it('with bytes on the way is gone at the runtime too', async () => {
    let ended = 0;
    const port = await behind((socket) => {
      socket.write(`${switching}${'x'.repeat(100_000)}`);
      socket.resume().on('end', () => socket.end());
      socket.on('close', () => {
        ended += 1;
      });
    });
    const client = stage.dial(port, `${handshake}${'y'.repeat(100_000)}`);
    await client.sees(/101/);
    leave(client.socket);
    await expect.poll(() => ended).toBe(1);
  });
});

describe.each<[string, (socket: Socket) => void]>([
  ['resets', (socket) => void socket.resetAndDestroy()],
  ['ends', (socket) => void socket.end()],
])('a runtime that %s', (_how, leave) => {
  it('an upgrade that is pending: the client hears 503', async () => {
    const client = stage.dial(await behind(leave), handshake);
    expect(await client.end).toMatch(/^HTTP\/1.1 503 [\s\S]*content-length: 0\r\n\r\n$/);
  });

  it('an established WebSocket ends the client’s', async () => {
    const port = await behind((socket) => {
      socket.write(switching);
      socket.once('data', () => leave(socket));
    });
    const client = stage.dial(port, handshake);
    await client.sees(/101/);
    client.socket.write('go');
    await client.end;
  });
});

describe('an upgrade that the runtime refuses', () => {
  const refusing = async (bytes: string): Promise<string> => {
    const port = await behind((socket) => void socket.end(bytes));
    return stage.dial(port, handshake).end;
  };

  it('in chunks reaches the client as plain bytes up to the close', async () => {
    const got = await refusing(
      'HTTP/1.1 401 Unauthorized\r\ntransfer-encoding: chunked\r\n\r\n5\r\nsorry\r\n0\r\n\r\n',
    );
    expect(got).toMatch(/^HTTP\/1.1 401 Unauthorized\r\n[\s\S]*connection: close\r\n\r\nsorry$/);
    expect(got).not.toContain('transfer-encoding');
  });

  it('with a length keeps it', async () => {
    const got = await refusing('HTTP/1.1 403 Forbidden\r\nx-why: because\r\ncontent-length: 5\r\n\r\nsorry');
    expect(got).toMatch(
      /^HTTP\/1.1 403 Forbidden\r\nx-why: because\r\ncontent-length: 5\r\nconnection: close\r\n\r\nsorry$/,
    );
  });

  it('without a body is whole, too', async () => {
    expect(await refusing('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n')).toMatch(
      /^HTTP\/1.1 404 [\s\S]*\r\n\r\n$/,
    );
  });

  it('and that it does not finish is not finished for the client either', async () => {
    const got = await refusing('HTTP/1.1 401 Unauthorized\r\ncontent-length: 50\r\n\r\nsorry');
    expect(got).toMatch(/content-length: 50[\s\S]*\r\n\r\nsorry$/);
  });
});

describe('an upgrade that is none', () => {
  it.each([
    [
      'to h2c',
      'connection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAAP__\r\n',
      '',
    ],
    ['to something unknown', 'connection: upgrade\r\nupgrade: tls/1.3\r\n', ''],
    ['to WebSocket among others', 'connection: upgrade\r\nupgrade: h2c, websocket\r\n', ''],
    ['with a body', 'connection: upgrade\r\nupgrade: websocket\r\ncontent-length: 4\r\n', 'body'],
  ])('%s is answered as a request without it', async (_what, headers, body) => {
    const port = await stage.front(
      await stage.upstream((request, response) => {
        request.resume().on('end', () => response.end(JSON.stringify(request.headers)));
      }),
    );
    const got = await stage.dial(port, `GET / HTTP/1.1\r\n${host}${auth}${headers}\r\n${body}`).sees(/}/);
    expect(got).toMatch(/^HTTP\/1.1 200 /);
    expect(got).not.toMatch(/upgrade|http2-settings|h2c/i);
  });

  it.each([
    ['without the token', '', 401],
    ['from a page of elsewhere', `${auth}origin: https://evil.example\r\n`, 403],
  ])('%s never reaches the runtime', async (_what, headers, status) => {
    let asked = 0;
    const server: Server = createServer(() => {
      asked += 1;
    });
    server.on('upgrade', () => {
      asked += 1;
    });
    const port = await stage.front(await stage.listen(server));
    const upgrade = `connection: Upgrade\r\nupgrade: websocket\r\n`;
    const got = await stage.dial(port, `GET / HTTP/1.1\r\n${host}${headers}${upgrade}\r\n`).sees(/}/);
    expect(got).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(asked).toBe(0);
  });
});

it('a port on which nobody answers is a 503 for an upgrade', async () => {
  const closed = createTcpServer();
  const port = await new Promise<number>((resolve) =>
    closed.listen(0, '127.0.0.1', () => {
      const { port } = closed.address() as { port: number };
      closed.close(() => resolve(port));
    }),
  );
  expect(await stage.dial(await stage.front(port), handshake).end).toMatch(/^HTTP\/1.1 503 /);
});
