import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { type Figure, median, milliseconds } from './figures.ts';

const root = new URL('../../', import.meta.url).pathname;

/** A large file, in a process that has done nothing before, as `clawden` plans it; beside the YAML library alone. */
export async function planningFigures(rounds: number): Promise<readonly Figure[]> {
  const directory = mkdtempSync(join(root, 'dist', 'bench-'));
  try {
    const driver = join(directory, 'driver.mjs');
    await build({
      entryPoints: [join(root, 'test/bench/planning-driver.ts')],
      outfile: driver,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      minifySyntax: true,
      minifyWhitespace: true,
      logLevel: 'error',
      banner: {
        js: "import { createRequire } from 'node:module';const require = createRequire(import.meta.url);",
      },
    });
    const times = { plan: [] as number[], parse: [] as number[] };
    for (let round = 0; round < rounds; round++) {
      times.plan.push(run(driver, 'plan'));
      times.parse.push(run(driver, 'parse'));
    }
    const [plan, parse] = [median(times.plan), median(times.parse)];
    return [
      {
        name: 'a file with 1000 instances is planned',
        value: `${milliseconds(plan)}, ${(plan / parse).toFixed(2)} × reading its YAML (${milliseconds(parse)})`,
        goal: '≤ 300 ms',
        met: plan <= 300,
        how: `median of ${rounds} new processes each, in turns with \`parse\` of the yaml library; 1000 channels with a token each`,
      },
    ];
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function run(driver: string, what: string): number {
  const { status, stdout, stderr } = spawnSync(process.execPath, [driver, what], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return Number(stdout);
}
