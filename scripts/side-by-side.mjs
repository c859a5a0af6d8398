import { closeSync, openSync, readFileSync } from 'node:fs';

/**
 * Two programs at the same time, each a function of its `stdio` that gives an exit code. The output of the first one comes as it is made, that of the
 * second in one piece when it ends, so that lines do not mix; until then it is in the file `log`. Both run to their end, whatever
 * the other one did. Gives the first exit code that is not 0. Ctrl-C reaches both, if they stay in this process group.
 */
export async function sideBySide(first, second, log) {
  const kept = async () => {
    const file = openSync(log, 'w');
    const code = await second(['ignore', file, file]);
    closeSync(file);
    process.stdout.write(`\n${readFileSync(log, 'utf8').trim()}\n\n`);
    return code;
  };
  const codes = await Promise.all([first('inherit'), kept()]);
  return codes.find((code) => code !== 0) ?? 0;
}
