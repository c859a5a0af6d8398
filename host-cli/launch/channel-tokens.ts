import { channelTypes } from '../../supervisor/channels/fields.ts';
import type { ChannelField } from '../../supervisor/config/types.ts';
import { askSecret, askYesNo } from '../ask.ts';
import { CliError } from '../errors.ts';
import { dotenvFiles } from '../init/files.ts';
import type { Need } from '../init/texts.ts';
import { writeAll } from '../init/write.ts';
import type { Project } from '../project.ts';
import type { Ui } from '../ui.ts';
import { lookUp, type Sources } from '../variables.ts';

/** Credentials of the named channels that are not set under their usual names: asked for where somebody can answer. */
export async function askForTokens(
  types: readonly string[],
  given: readonly string[],
  sources: Sources,
  project: Project,
  ui: Ui,
): Promise<ReadonlyMap<string, string>> {
  const answers = new Map<string, string>();
  const needs: Need[] = [];
  for (const { title, fields } of channelTypes.filter(({ type }) => types.includes(type))) {
    for (const field of fields.filter(({ secret, required }) => secret && required)) {
      const names = [field.variable, `${field.variable}_FILE`];
      if (names.some((name) => given.includes(name) || lookUp(sources, name))) continue;
      if (!ui.stdinIsTerminal || !ui.stdoutIsTerminal) {
        throw new CliError('token-unset', { title, name: field.variable });
      }
      needs.push({ name: field.variable, comment: `${title}: ${field.help}`, secret: true });
      answers.set(field.variable, await askSecret(`${title}: ${field.help}`, (text) => fault(field, text)));
    }
  }
  if (answers.size > 0 && (await askYesNo('Keep it in .env of this project, for the next time?'))) {
    writeAll(dotenvFiles(project, needs, answers));
  }
  return answers;
}

function fault({ pattern, expected, example }: ChannelField, text: string): string | undefined {
  if (text === '') return `expected: ${expected}, e.g. ${example}`;
  return pattern && !pattern.test(text) ? `expected: ${expected}` : undefined;
}
