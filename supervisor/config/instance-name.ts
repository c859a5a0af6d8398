/** Part of container and volume names, so short and plain. */
export const instanceName = /^[a-z0-9][a-z0-9-]{0,39}$/;
