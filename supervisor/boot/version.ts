import manifest from '../../package.json' with { type: 'json' };

/** Version of the project, from package.json at build time. */
export const version: string = manifest.version;
