import { LineCounter, parseDocument, type YAMLError } from 'yaml';
import { frame } from '../../errors/frame.ts';
import { type Problem, problem } from '../../errors/problem.ts';
import { hush } from '../../errors/wording.ts';
import type { Path } from '../path.ts';
import type { Place } from '../settings.ts';
import type { ConfigFile } from '../types.ts';
import { type Plain, plainOf } from './plain.ts';
import { findSpot } from './spots.ts';

/** A parsed file: values, and the place each of them came from. */
export interface Document {
  readonly value: Plain;
  readonly problems: readonly Problem[];
  /** Whether something stands at exactly this path. */
  readonly has: (path: Path) => boolean;
  /** Of the value at a path, or of what is nearest above it. `hide`: it is a secret written out. */
  readonly place: (path: Path, hide?: boolean) => Place;
  /** Of the key itself. */
  readonly keyPlace: (path: Path) => Place;
}

/** Undefined value and problems only, when the text is no YAML at all. */
export function readDocument(file: ConfigFile): Document {
  const lines = new LineCounter();
  const at = (offset: number, hide = false): Place => {
    const position = lines.linePos(Math.min(offset, file.text.length));
    const line = Math.max(1, position.line);
    const column = Math.max(1, position.col);
    return {
      where: { kind: 'file', file: file.path, line, column },
      // Every value has a place, few have an error.
      get frame() {
        return frame(file.text, line, column, hide);
      },
    };
  };
  const raise = (code: 'yaml-syntax', detail: string, offset: number): Problem => {
    const { where, frame } = at(offset);
    return problem(code, { detail }, where, frame);
  };
  const parsed = parseDocument(file.text, {
    lineCounter: lines,
    merge: true,
    prettyErrors: false,
    // Not silent: that would drop a second document without a word.
    logLevel: 'error',
    uniqueKeys: false,
  });
  const faults: readonly YAMLError[] = [...parsed.errors, ...parsed.warnings];
  const problems = faults.map((fault) => raise('yaml-syntax', sentence(fault), fault.pos[0]));
  // After a broken bracket the tree means nothing; a strange tag leaves it sound.
  const sound = faults.every(({ code }) => code === 'TAG_RESOLVE_FAILED');
  const plain = plainOf(sound ? parsed : undefined);
  return {
    value: plain.value,
    problems: [
      ...problems,
      ...(sound ? plain.faults.map(({ detail, offset }) => raise('yaml-syntax', detail, offset)) : []),
    ],
    has: (path) => findSpot(plain.spots, path).exact?.value !== undefined,
    place: (path, hide) => at(findSpot(plain.spots, path).nearest, hide),
    keyPlace: (path) => {
      const { exact, nearest } = findSpot(plain.spots, path);
      return at(exact?.key ?? nearest);
    },
  };
}

function sentence(fault: YAMLError): string {
  const first = fault.message.split('\n')[0] ?? fault.message;
  return hush(first.charAt(0).toLowerCase() + first.slice(1));
}
