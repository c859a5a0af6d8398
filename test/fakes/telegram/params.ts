import type { Params } from './types.ts';

/** Form bodies carry numbers, booleans and objects as text; JSON bodies carry them as they are. */
export function int(value: unknown, fallback = 0): number {
  const number = Number(value ?? fallback);
  return Number.isSafeInteger(number) ? number : fallback;
}

export function text(value: unknown): string {
  return value === undefined || value === null ? '' : String(value);
}

export function flag(value: unknown): boolean {
  return value === true || ['true', '1', 'yes'].includes(text(value).toLowerCase());
}

export function json(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

export function record(value: unknown): Params {
  const parsed = json(value);
  return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? (parsed as Params) : {};
}

export function list(value: unknown): unknown[] | undefined {
  const parsed = json(value);
  return Array.isArray(parsed) ? parsed : undefined;
}
