import { suite } from './suite.ts';

// The one real program that comes from a package registry; the others are run by `npm run conformance`.
suite('openclaw');
