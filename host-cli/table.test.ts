import fc from 'fast-check';
import stringWidth from 'fast-string-width';
import { describe, expect, it } from 'vitest';
import { type Cell, type Column, table } from './table.ts';

const columns: readonly Column[] = [
  { title: 'NAME' },
  { title: 'STATE', wrapsTo: 12 },
  { title: 'RESTARTS', align: 'right' },
  { title: 'CHANNELS', wrapsTo: 10 },
];
const rows: readonly (readonly Cell[])[] = [
  ['openclaw', 'ready', '0', 'telegram native'],
  [
    '日本-🦞',
    'unready: the runtime does not serve, the next try after a crash',
    '12',
    'support proxied\nops down',
  ],
  ['x', '', '', 'a-channel-with-a-very-long-name-and-no-space-in-it unclaimed'],
];
const render = (width: number | undefined): string =>
  `\n${table(columns, rows, { width, paint: (text) => text }).join('\n')}\n`;

describe('a table', () => {
  it('is as wide as it gets in a pipe', () => {
    expect(render(undefined)).toMatchInlineSnapshot(`
      "
      NAME      STATE                                                            RESTARTS  CHANNELS
      openclaw  ready                                                                   0  telegram native
      日本-🦞   unready: the runtime does not serve, the next try after a crash        12  support proxied
                                                                                           ops down
      x                                                                                    a-channel-with-a-very-long-name-and-no-space-in-it unclaimed
      "
    `);
  });

  it('wraps its widest columns on a terminal', () => {
    expect(render(72)).toMatchInlineSnapshot(`
      "
      NAME      STATE                      RESTARTS  CHANNELS
      openclaw  ready                             0  telegram native
      日本-🦞   unready: the runtime does        12  support proxied
                not serve, the next try              ops down
                after a crash
      x                                              a-channel-with-a-very-lon
                                                     g-name-and-no-space-in-it
                                                     unclaimed
      "
    `);
  });

  it('becomes a block per row where the terminal is too narrow', () => {
    expect(render(36)).toMatchInlineSnapshot(`
      "
      NAME      openclaw
      STATE     ready
      RESTARTS  0
      CHANNELS  telegram native

      NAME      日本-🦞
      STATE     unready: the runtime does
                not serve, the next try
                after a crash
      RESTARTS  12
      CHANNELS  support proxied
                ops down

      NAME      x
      CHANNELS  a-channel-with-a-very-long
                -name-and-no-space-in-it
                unclaimed
      "
    `);
  });

  it('is coloured without losing its alignment, each line by itself', () => {
    const red = (text: string): string => `<${text}>`;
    const cells: Cell[][] = [
      [{ text: 'two words', paint: red }, 'b'],
      ['c', 'd'],
    ];
    const two = [{ title: 'A', wrapsTo: 5 }, { title: 'B' }];
    expect(table(two, cells, { width: 8, paint: (text) => text.toLowerCase() })).toEqual([
      'a      b',
      '<two>    b',
      '<words>',
      'c      d',
    ]);
  });

  it('lets no control character of a value reach the terminal', () => {
    const [, line] = table([{ title: 'A' }], [['\u001b[31mred\u0007\u202e\tx\u009b']], {
      width: undefined,
      paint: (text) => text,
    });
    expect(line).toBe(' [31mred   x');
  });

  it('never is wider than the terminal and loses no letter, whatever stands in it', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 30 });
    fc.assert(
      fc.property(
        fc.array(fc.array(text, { minLength: 4, maxLength: 4 }), { maxLength: 4 }),
        fc.integer({ min: 24, max: 90 }),
        (cells, width) => {
          const lines = table(columns, cells, { width, paint: (each) => each });
          for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(width);
          const letters = (whole: string): number => whole.match(/[a-z0-9]/g)?.length ?? 0;
          expect(letters(lines.join(''))).toBe(letters(cells.flat().join('')));
        },
      ),
    );
  });
});
