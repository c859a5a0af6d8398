import { extname } from 'node:path';

/** Of Linux, in bytes. */
const LONGEST = 255;
/** For a number that keeps it apart from others. */
const ROOM = 8;

/**
 * A file's name from a stranger's: one name without a path, a control character or a sign that turns text around,
 * short enough for every file system. Pure.
 */
export function safeName(name: string): string {
  const last = name.normalize('NFC').split(/[/\\]/).at(-1) ?? '';
  const plain = last
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}[\]]/gu, '_')
    .replace(/^[.\s-]+/, '')
    .replace(/[.\s]+$/, '');
  return shorten(plain || 'file', LONGEST - ROOM);
}

/** `report.pdf`, `report-2.pdf`, … */
export function numbered(name: string, number: number): string {
  if (number < 2) return name;
  const end = extname(name);
  return `${name.slice(0, name.length - end.length)}-${number}${end}`;
}

function shorten(name: string, limit: number): string {
  const end = extname(name);
  const keep = Buffer.byteLength(end) <= 20 ? end : '';
  let stem = name.slice(0, name.length - keep.length);
  if (Buffer.byteLength(stem) > limit) stem = stem.slice(0, limit);
  while (Buffer.byteLength(stem) + Buffer.byteLength(keep) > limit) stem = [...stem].slice(0, -1).join('');
  return `${stem}${keep}`;
}
