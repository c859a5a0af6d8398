import type { Subject } from '../subject.ts';

export const subject: Subject = {
  runtime: 'zeroclaw',
  twin: 'zeroclaw-twin.mjs',
  // The shape of what `zeroclaw config schema` prints, as far as the wrong keys below go.
  twinFiles: {
    'schema.json': JSON.stringify({
      properties: {
        gateway: { $ref: '#/$defs/GatewayConfig' },
        memory: { $ref: '#/$defs/MemoryConfig' },
        risk_profiles: { additionalProperties: { $ref: '#/$defs/RiskProfileConfig' } },
      },
      $defs: {
        GatewayConfig: { properties: { port: {}, request_timeout_secs: {} } },
        MemoryConfig: { properties: { auto_save: {}, search_mode: {} } },
        RiskProfileConfig: { properties: { level: {}, allowed_tools: {} } },
      },
    }),
  },
  looks: [
    { name: 'shell', arguments: { command: 'env' } },
    { name: 'shell', arguments: { command: 'cat /proc/self/environ' } },
    { name: 'file_read', arguments: { path: '/home/clawden/state/zeroclaw/config.toml' } },
  ],
  typos: [
    { yaml: 'memmory: {auto_save: false}', names: 'memmory' },
    { yaml: 'memory: {autosave: false}', names: 'autosave' },
    { yaml: 'risk_profiles: {clawden: {levle: full}}', names: 'levle' },
    { yaml: 'memory: {auto_save: perhaps}', names: 'auto_save' },
  ],
  strangers: 'notice',
};
