import { dirname } from 'node:path';
import { writeAtomically } from '../../../supervisor/render/files.ts';

/** Writes one file of so many bytes and says how it went: node write-driver.cjs PATH BYTES */
const [path = '', bytes = '0'] = process.argv.slice(2);
try {
  writeAtomically(path, 'x'.repeat(Number(bytes)), 0o600, dirname(path));
  console.log('written');
} catch (error) {
  console.log(error instanceof Error && 'code' in error ? error.code : String(error));
}
