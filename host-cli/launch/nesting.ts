import { CliError } from '../errors.ts';
import type { Nested } from './reconcile.ts';

const next: Readonly<Record<Nested['as'], string>> = {
  declared: 'another folder for one of them: workspace: PATH',
  there: '{clawden} up   changes both at once; or: {clawden} down',
  orphan: '{clawden} up --remove-orphans',
};

/** No workspace lies in another one's. */
export function refuseNested([first]: readonly Nested[]): void {
  if (!first) return;
  const { instance, workspace: path, other, as } = first;
  throw new CliError('workspace-nested', { instance, path, other: other.instance, next: next[as] });
}
