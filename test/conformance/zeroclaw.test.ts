import { suite } from './suite.ts';

suite('zeroclaw');
