export const relayAlias: Record<string, string>;
