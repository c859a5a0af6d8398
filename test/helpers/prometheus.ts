export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Family {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly series: readonly Series[];
}

/**
 * Reads the text format 0.0.4 and throws at whatever a strict reader could refuse, also at what a lenient one lets
 * pass: https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function parsePrometheus(text: string): ReadonlyMap<string, Family> {
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  const families = new Map<string, Family & { readonly series: Series[] }>();
  const lines = text.slice(0, -1).split('\n');
  for (let at = 0; at < lines.length; ) {
    const [, name = '', help = ''] = must(
      /^# HELP ([a-z_:][a-z0-9_:]*) (\S.*)$/.exec(lines[at] ?? ''),
      lines[at],
    );
    if (/\\(?![\\n])/.test(help)) throw new Error(`HELP of ${name} has a lone backslash`);
    if (families.has(name)) throw new Error(`${name} comes twice`);
    const [, typed, type = ''] = must(
      /^# TYPE (\S+) (counter|gauge)$/.exec(lines[at + 1] ?? ''),
      lines[at + 1],
    );
    if (typed !== name) throw new Error(`TYPE of ${typed} stands below HELP of ${name}`);
    const series: Series[] = [];
    const seen = new Set<string>();
    for (at += 2; at < lines.length && !lines[at]?.startsWith('#'); at += 1) {
      const one = parseSample(lines[at] ?? '', name);
      const key = JSON.stringify(Object.entries(one.labels).sort());
      if (seen.has(key)) throw new Error(`twice the same series: ${lines[at]}`);
      seen.add(key);
      series.push(one);
    }
    if (series.length === 0) throw new Error(`${name} has no sample`);
    families.set(name, { name, type, help, series });
  }
  return families;
}

/** The value of one series; undefined when there is none. */
export function metricValue(
  text: string,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  return parsePrometheus(text)
    .get(name)
    ?.series.find((one) => Object.entries(labels).every(([label, value]) => one.labels[label] === value))
    ?.value;
}

function parseSample(line: string, family: string): Series {
  const [, name, inner, value = ''] = must(/^([a-z_:][a-z0-9_:]*)(?:\{(.+)\})? (\S+)$/.exec(line), line);
  if (name !== family) throw new Error(`${line} stands among the samples of ${family}`);
  if (!/^([+-]?\d+(\.\d+)?(e[+-]?\d+)?|NaN|[+-]Inf)$/.test(value)) throw new Error(`no number: ${line}`);
  const labels: Record<string, string> = {};
  for (let rest = inner ?? ''; rest !== ''; ) {
    const [whole, label = '', quoted = ''] = must(
      /^([a-z_][a-z0-9_]*)="((?:[^"\\]|\\[\\"n])*)"(?:,(?=[a-z_])|$)/.exec(rest),
      line,
    );
    if (Object.hasOwn(labels, label)) throw new Error(`label ${label} comes twice: ${line}`);
    labels[label] = quoted.replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char));
    rest = rest.slice(whole.length);
  }
  return { labels, value: Number(value.replace('Inf', 'Infinity')) };
}

function must(match: RegExpExecArray | null, line: string | undefined): RegExpExecArray {
  if (match === null) throw new Error(`not understood: ${JSON.stringify(line)}`);
  return match;
}
