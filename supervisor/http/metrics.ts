import { type CounterName, type Counts, type Metric, type MetricFacts, metricTable } from './metric-table.ts';

/** Prometheus text format 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats/ */
export function metrics(facts: MetricFacts): string {
  return Object.entries<Metric>(metricTable)
    .map(([name, metric]) => family(name, metric, facts))
    .join('');
}

export interface Counters extends Counts {
  readonly add: (name: CounterName, value?: string) => void;
}

/** Counts since the start of the container. */
export function createCounters(): Counters {
  const counts = new Map<string, Map<string, number>>();
  return {
    add: (name, value = '') => {
      const known = counts.get(name) ?? new Map<string, number>();
      counts.set(name, known.set(value, (known.get(value) ?? 0) + 1));
    },
    of: (name) => counts.get(name) ?? new Map(),
  };
}

/** Nothing at all for a metric that has no value now. */
function family(name: string, { type, help, labels, read }: Metric, facts: MetricFacts): string {
  const samples = read(facts, name);
  if (samples.length === 0) return '';
  const lines = samples.map(({ at, value }) => {
    const pairs = labels.map((label, index) => `${label}="${escaped(at[index] ?? '')}"`);
    return `${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}\n`;
  });
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function escaped(value: string): string {
  return value.replace(/[\\"\n]/g, (char) => (char === '\n' ? '\\n' : `\\${char}`));
}
