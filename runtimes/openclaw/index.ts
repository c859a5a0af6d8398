import type { Runtime } from '../contract.ts';
import { descriptor } from './descriptor.ts';
import { judge } from './judge.ts';
import { render } from './render.ts';
import { answerSecrets } from './secrets.ts';

export const openclaw: Runtime = { descriptor, render, judge, answerSecrets };
