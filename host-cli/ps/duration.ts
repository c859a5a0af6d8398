const units: readonly (readonly [string, number])[] = [
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
  ['s', 1],
];

/** Its two largest units: `45s`, `3m 12s`, `2h 5m`, `14d 3h`. */
export function spokenDuration(seconds: number): string {
  const first = units.findIndex(([, size]) => seconds >= size);
  const shown = units.slice(first < 0 ? -1 : first).slice(0, 2);
  let rest = Math.max(0, Math.floor(seconds));
  const parts = shown.map(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest %= size;
    return [count, unit] as const;
  });
  return parts
    .filter(([count], place) => place === 0 || count > 0)
    .map(([count, unit]) => `${count}${unit}`)
    .join(' ');
}
