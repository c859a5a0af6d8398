import type { Runtime } from '../contract.ts';
import { descriptor } from './descriptor.ts';
import { inspect } from './inspect.ts';
import { judge } from './judge.ts';
import { render } from './render.ts';

export const zeroclaw: Runtime = { descriptor, inspect, render, judge };
