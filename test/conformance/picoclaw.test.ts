import { suite } from './suite.ts';

// On its twin; the real program is run by `npm run conformance`.
suite('picoclaw');
