import type { ErrorCode } from '../../errors/catalogue.ts';
import { type Problem, problem } from '../../errors/problem.ts';
import { near, shown } from '../../errors/wording.ts';
import { pathText } from '../path.ts';
import type { Place } from '../settings.ts';
import type { Document } from './document.ts';
import type { ShapeFault } from './schema.ts';

export type Places = Pick<Document, 'place' | 'keyPlace'>;

/** A fault of the shape in catalogue form, with the names that are allowed there. */
export function shapeProblem(fault: ShapeFault, known: readonly string[], places: Places): Problem {
  const path = pathText(fault.path);
  if (fault.kind === 'wrong-value') {
    const { detail, expected } = fault;
    return placed('wrong-value', { path, detail, expected }, places.place(fault.path));
  }
  const parameters = { key: shown(fault.key), near: near(fault.key, known), known: known.join(', ') };
  return placed('unknown-key', parameters, places.keyPlace([...fault.path, fault.key]));
}

function placed(code: ErrorCode, parameters: Readonly<Record<string, string>>, place: Place): Problem {
  return problem(code, parameters, place.where, place.frame);
}
