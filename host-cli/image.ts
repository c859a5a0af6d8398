import { execa } from 'execa';
import type { Engine } from './engine.ts';
import { lastWords } from './engine-failures.ts';
import type { Image } from './engine-records.ts';
import { CliError } from './errors.ts';
import { quoted } from './mounts.ts';
import { checkout, checkoutAbove } from './program.ts';
import type { Ui } from './ui.ts';
import { version } from './version.ts';

const LOCAL_IMAGE = 'clawden-runtime:local';
const PUBLISHED_IMAGE = 'ghcr.io/codervisor/clawden-runtime';

export interface ImageChoice {
  readonly reference: string;
  /** The checkout that this command is of, which can build it; undefined when it was named by the user or there is none. */
  readonly builtIn: string | undefined;
  /** The line that builds it, where that is not for us to run. */
  readonly buildLine?: string;
}

/** --image, CLAWDEN_IMAGE, the checkout's own image, or the published one of this version. `own`: the command's checkout, or ''. */
export function chooseImage(
  named: string | undefined,
  directory: string,
  own: string = checkout() ?? '',
): ImageChoice {
  const local = named === undefined || named === '' || named === LOCAL_IMAGE;
  if (!local) return { reference: named, builtIn: undefined };
  if (own !== '') return { reference: LOCAL_IMAGE, builtIn: own };
  // A folder may be anybody's, an agent's too: that it looks like a checkout is no reason to run what is in it.
  const near = checkoutAbove(directory);
  if (near !== undefined || named === LOCAL_IMAGE) {
    const buildLine =
      near === undefined ? 'npm run image   in a checkout' : `cd ${quoted(near)} && npm run image`;
    return { reference: LOCAL_IMAGE, builtIn: undefined, buildLine };
  }
  return { reference: `${PUBLISHED_IMAGE}:${version()}`, builtIn: undefined };
}

/** Present, else built in a checkout, else pulled; what takes long shows its own output. */
export async function ensureImage(engine: Engine, choice: ImageChoice, ui: Ui): Promise<Image> {
  const present = await engine.image(choice.reference);
  if (present) return present;
  if (choice.buildLine !== undefined)
    throw new CliError('image-unbuilt', { image: choice.reference, next: choice.buildLine });
  // The checkout's tag names no registry: asking one for it could only bring a stranger's image.
  if (choice.builtIn !== undefined) await build(choice.reference, choice.builtIn, ui);
  else await pull(engine, choice.reference, ui);
  const image = await engine.image(choice.reference);
  if (!image) throw missing(choice.reference, 'it is not there after all');
  return image;
}

async function build(reference: string, home: string, ui: Ui): Promise<void> {
  ui.note(`Image ${reference} is not here yet: building it in ${home}`);
  const result = await execa(process.execPath, ['scripts/bootstrap.mjs', 'image'], {
    cwd: home,
    reject: false,
    stdin: 'ignore',
    stdout: process.stderr,
    stderr: process.stderr,
  });
  if (result.exitCode !== 0) {
    const code = result.exitCode ?? 1;
    throw new CliError('image-build-failed', { image: reference, code, checkout: home });
  }
}

async function pull(engine: Engine, reference: string, ui: Ui): Promise<void> {
  ui.note(`Image ${reference} is not here yet: pulling it`);
  const result = await engine.pull(reference);
  if (!result.ok) throw missing(reference, lastWords(result.stderr));
}

function missing(image: string, detail: string): CliError {
  const next = checkout() ? `npm run image -- --tag ${image}` : `docker pull ${image}`;
  return new CliError('image-missing', { image, detail, next });
}
