/** A container's memory limit where nobody wrote one. */
export const DEFAULT_MEMORY = '2g';

const units = { b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 } as const;

/** Of a size as the engine takes it, e.g. `1.5g` or `512m`. */
export function bytesOf(size: string): number {
  const [, number = '0', unit = 'b'] = /^([\d.]+)([bkmg])?b?$/i.exec(size) ?? [];
  return Math.floor(Number(number) * units[unit.toLowerCase() as keyof typeof units]);
}
