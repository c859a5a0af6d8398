import { existsSync, statSync } from 'node:fs';
import { parseArgs } from 'node:util';

const usage =
  'usage: npm run image -- [--runtimes a,b] [--tools c,d|none] [--plugins x,y] [--tag NAME] [--binary NAME=PATH]… [--allow-unpinned a,b]';

/** The command line of the image build; throws an error whose message is meant for a person. */
export function readOptions(argv, implemented, knownTools) {
  const options = parse(argv);
  const runtimes = options.runtimes ? options.runtimes.split(',') : implemented;
  const unknown = runtimes.find((name) => !implemented.includes(name));
  if (unknown !== undefined) throw new Error(`no runtime "${unknown}"; there are: ${implemented.join(', ')}`);
  const tools = options.tools === 'none' ? [] : (options.tools?.split(',') ?? knownTools);
  const strange = tools.find((name) => !knownTools.includes(name));
  if (strange !== undefined)
    throw new Error(`no tool "${strange}"; there are: ${knownTools.join(', ')}, none`);
  return { options, runtimes, tools, binaries: options.binary.map((text) => readBinary(text, runtimes)) };
}

function parse(argv) {
  try {
    const { values } = parseArgs({
      args: argv,
      options: {
        runtimes: { type: 'string' },
        tools: { type: 'string' },
        plugins: { type: 'string', default: '' },
        binary: { type: 'string', multiple: true, default: [] },
        'allow-unpinned': { type: 'string', default: '' },
        tag: { type: 'string', default: 'clawden-runtime:local' },
      },
    });
    return values;
  } catch (error) {
    throw new Error(`${error.message}\n${usage}`);
  }
}

/** A program that a person built or fetched, in the place of a release. */
function readBinary(text, runtimes) {
  const [, name, path] = /^([a-z]+)=(.+)$/.exec(text) ?? [];
  if (!name)
    throw new Error(`--binary ${text}: expected NAME=PATH, such as --binary ${runtimes[0]}=./program`);
  if (!runtimes.includes(name)) {
    throw new Error(`--binary ${text}: "${name}" is not built; built are: ${runtimes.join(', ')}`);
  }
  if (!existsSync(path) || !statSync(path).isFile())
    throw new Error(`--binary ${text}: there is no file ${path}`);
  return { name, path };
}
