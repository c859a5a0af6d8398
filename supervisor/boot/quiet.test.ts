import { describe, expect, it } from 'vitest';
import { quietFilter } from './quiet.ts';

const line = (text: string, continued = false, stream = 'stdout') => ({ stream, text, continued });

describe('texts of conversations in a runtime’s output', () => {
  it('are dropped, with all later pieces of the same long line', () => {
    const pass = quietFilter(/^reply:/);
    expect([line('reply: my secret'), line('more of it', true), line('next line')].map(pass)).toEqual([
      false,
      false,
      true,
    ]);
  });

  it('do not silence the other stream', () => {
    const pass = quietFilter(/^reply:/);
    expect(pass(line('reply: a'))).toBe(false);
    expect(pass(line('an error, in pieces', true, 'stderr'))).toBe(true);
  });

  it('are told by any of several patterns', () => {
    const pass = quietFilter(/^reply:/, undefined, /^warning:/);
    expect(['reply: a', 'warning: b', 'error: c'].map((text) => pass(line(text)))).toEqual([
      false,
      false,
      true,
    ]);
  });

  it('are all logged when the runtime has no such lines', () => {
    expect(quietFilter(undefined)(line('anything'))).toBe(true);
  });
});
