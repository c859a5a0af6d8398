import type { Runtime } from '../contract.ts';
import { descriptor, forVersion } from './descriptor.ts';
import { inspect } from './inspect.ts';
import { judge } from './judge.ts';
import { render } from './render.ts';

export const picoclaw: Runtime = { descriptor, forVersion, inspect, render, judge };
