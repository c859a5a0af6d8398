import { expect, test } from 'vitest';
import { createMask, MASKED } from './mask.ts';

const secret = 'sk-ant/api03+Zü"7\\x=&end';

/** A small generator with a seed, so that a failure can be repeated. */
function random(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function streamed(mask: ReturnType<typeof createMask>, text: string, sizes: () => number): string {
  const stream = mask.stream();
  let out = '';
  for (let at = 0; at < text.length; ) {
    const size = Math.max(1, sizes());
    out += stream.push(text.slice(at, at + size));
    at += size;
  }
  return out + stream.end();
}

test('a secret is hidden as it is, in JSON, in a URL and in base64', () => {
  const mask = createMask([secret]);
  const basic = Buffer.from(`user:${secret}@host`).toString('base64');
  const shown = [
    secret,
    JSON.stringify({ secret }),
    encodeURIComponent(secret),
    encodeURIComponent(secret).replace(/%../g, (hex) => hex.toLowerCase()),
    new URLSearchParams({ secret }).toString(),
    Buffer.from(secret).toString('base64'),
    Buffer.from(secret).toString('base64url'),
  ];
  for (const text of shown) expect(mask.text(`before ${text} after`)).toMatch(/^before .*\*\*\*.* after$/);
  expect(mask.text(Buffer.from(secret).toString('base64'))).toBe(MASKED);
  expect(mask.text(JSON.stringify(secret))).toBe(`"${MASKED}"`);
  for (const pad of ['', 'x', 'xx']) {
    const masked = mask.text(Buffer.from(`${pad}${secret}${pad}`).toString('base64'));
    expect(masked).toContain(MASKED);
    expect(masked.length).toBeLessThan(12);
  }
  expect(mask.text(basic)).toContain(MASKED);
});

test('values under six characters are left alone, and no secrets mean no change', () => {
  expect(createMask(['12345', '']).text('12345 true')).toBe('12345 true');
  expect(createMask([]).stream().push('anything')).toBe('anything');
});

test('of secrets that contain each other the longest is hidden, of overlapping ones all', () => {
  const mask = createMask(['abcdef', 'abcdefgh', 'fghijkl']);
  expect(mask.text('<abcdefgh>')).toBe('<***>');
  expect(mask.text('<abcdefghijkl>')).toBe('<***>');
  expect(mask.text('<abcdefabcdef>')).toBe('<******>');
  for (let size = 1; size < 14; size += 1) {
    expect(streamed(mask, '<abcdefghijkl> <abcdefg> <abcdef', () => size)).toBe('<***> <***g> <***');
  }
});

test('every line of a private key is hidden, also when the log tears them apart', () => {
  const key = '-----BEGIN KEY-----\nMIIEvQIBADANBgkq\nhkiG9w0BAQEFAASC\n-----END KEY-----\n';
  const mask = createMask([key]);
  expect(mask.text(`pem: ${key}.`)).toBe('pem: ***.');
  expect(mask.text(key.replaceAll('\n', '\r\n'))).not.toMatch(/MII|hki/);
});

test('a stream holds back only what may be the beginning of a secret', () => {
  const stream = createMask(['secret-value']).stream();
  expect(stream.push('nothing here\n')).toBe('nothing here\n');
  expect(stream.push('the secret')).toBe('the ');
  expect(stream.push(' of life')).toBe('secret of life');
  expect(stream.push(' secret-valu')).toBe(' ');
  expect(stream.push('e')).toBe('***');
  expect(stream.push('sec')).toBe('');
  expect(stream.end()).toBe('sec');
});

test('random secrets cut at random places never leak, and the stream says what the whole text would', () => {
  for (let seed = 1; seed <= 3000; seed += 1) {
    const below = random(seed);
    const letters = below(2) === 0 ? 'ab' : 'abcdeü"/+ \n';
    const word = (length: number): string =>
      Array.from({ length }, () => letters[below(letters.length)]).join('');
    const secrets = Array.from({ length: 1 + below(4) }, () => word(6 + below(12)));
    let text = '';
    for (let part = 0; part < 12; part += 1) {
      const one = secrets[below(secrets.length)] ?? '';
      const forms = [
        one,
        one.slice(0, below(one.length)),
        JSON.stringify(one),
        encodeURIComponent(one),
        Buffer.from(one).toString('base64'),
      ];
      text += word(below(4)) + forms[below(forms.length)];
    }
    const mask = createMask(secrets);
    const out = streamed(mask, text, () => below(9));
    expect(out, `seed ${seed}`).toBe(mask.text(text));
    for (const one of secrets) {
      expect(out.includes(one), `seed ${seed}`).toBe(false);
      expect(out.includes(Buffer.from(one).toString('base64')), `seed ${seed}`).toBe(false);
    }
  }
}, 30_000);

test('masking a million lines is a matter of seconds', () => {
  const secrets = Array.from({ length: 20 }, (_, i) => `sk-${i}-${'0123456789abcdef'.repeat(4)}`);
  const stream = createMask(secrets).stream();
  const from = performance.now();
  let masked = 0;
  for (let i = 0; i < 1000; i += 1) {
    const lines = Array.from({ length: 1000 }, (_, k) => `${i * k} INFO sk-learn gateway listening on ${k}`);
    lines[i] = `key=${secrets[i % 20]}`;
    masked += stream.push(`${lines.join('\n')}\n`).split(MASKED).length - 1;
  }
  expect(masked).toBe(1000);
  expect(performance.now() - from).toBeLessThan(8000);
}, 30_000);
