import { PassThrough } from 'node:stream';
import picocolors from 'picocolors';
import { expect, it } from 'vitest';
import type { Ui } from '../ui.ts';
import type { NamedLine } from './merge.ts';
import { createPrinter } from './printer.ts';

async function printed(single: boolean, color: boolean): Promise<string> {
  const ui = { colors: picocolors.createColors(color), stdoutIsTerminal: false } as Ui;
  const out = new PassThrough();
  const printer = createPrinter(ui, out as unknown as NodeJS.WriteStream, single);
  const line = (name: string, text: string): NamedLine => ({ name, text, time: '' });
  printer.expect(['a']);
  await printer.print([line('a', '{"x": 1}')]);
  printer.expect(['longer', 'a']);
  await printer.print([line('a', 'one'), line('longer', 'two')]);
  return String(out.read());
}

it('has aligned names as soon as a second instance is there', async () => {
  expect(await printed(false, false)).toBe('{"x": 1}\na       | one\nlonger  | two\n');
});

it('has a colour for each name', async () => {
  expect(await printed(false, true)).toContain(
    '\u001b[36ma       | \u001b[39mone\n\u001b[33mlonger  | \u001b[39mtwo',
  );
});

it('has no names where one was asked for, or none', async () => {
  expect(await printed(true, true)).toBe('{"x": 1}\none\ntwo\n');
});
