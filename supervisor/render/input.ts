import type { Door, RenderInput, RuntimePaths } from '../../runtimes/contract.ts';
import type { Plan } from '../config/types.ts';

/** What a start adds to a plan. */
export interface RenderFacts {
  /** Of the runtime in the image, from its manifest. */
  readonly version: string;
  readonly plugins: readonly string[];
  readonly paths: RuntimePaths;
  /** Private port of the runtime, and that of the relay. */
  readonly port: number;
  readonly doorPort: number;
  /** Made anew at each start. */
  readonly bearer: string;
  readonly doorKey: string;
  /** Bytes; undefined when there is none. */
  readonly memoryLimit: number | undefined;
}

/** The one way from a plan to what a runtime's renderer may know; the command prints by it what the image writes. */
export function renderInput(plan: Plan, facts: RenderFacts): RenderInput {
  const { version, plugins, paths, port, bearer, memoryLimit } = facts;
  return {
    instance: plan.instance,
    version,
    model: plan.provider.model,
    door: doorOf(plan, facts),
    channels: plan.channels,
    native: plan.native,
    references: plan.nativeReferences,
    logLevel: plan.logLevel,
    port,
    bearer,
    paths,
    plugins,
    ...(memoryLimit === undefined ? {} : { memoryLimit }),
  };
}

/** The relay's endpoint, spelled as a client of the dialect expects a base URL. */
export function doorOf(plan: Plan, { doorPort, doorKey }: Pick<RenderFacts, 'doorPort' | 'doorKey'>): Door {
  const { dialect } = plan.provider;
  const origin = `http://127.0.0.1:${doorPort}`;
  return { dialect, baseUrl: dialect === 'openai' ? `${origin}/v1` : origin, key: doorKey };
}
