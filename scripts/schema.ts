import { runtimes } from '../runtimes/index.ts';
import { clawdenSchema } from '../supervisor/config/json-schema/document.ts';

/** The text of schema/clawden.schema.json. */
export function schemaText(): string {
  const names = runtimes.map(({ descriptor }) => descriptor.name);
  return `${JSON.stringify(clawdenSchema({ runtimes: names }), null, 2)}\n`;
}
