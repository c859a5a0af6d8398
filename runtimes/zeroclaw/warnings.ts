import type { JsonObject, LogLevel } from '../contract.ts';
import { isObject } from '../merge.ts';

/** What the user should know of what they wrote. Pure. */
export function warnings(configuration: JsonObject, logLevel: LogLevel): string[] {
  return [
    ...stdioServers(configuration),
    ...shellJobs(configuration),
    ...fullProfiles(configuration),
    ...(logLevel === 'debug'
      ? ['log_level debug prints the texts of conversations in the log of ZeroClaw']
      : []),
  ];
}

/** They inherit the whole environment of ZeroClaw, secrets included (mcp_transport.rs clears nothing). */
function stdioServers({ mcp }: JsonObject): string[] {
  if (!isObject(mcp) || mcp['enabled'] === false || !Array.isArray(mcp['servers'])) return [];
  return (mcp['servers'] as readonly JsonObject[])
    .filter((server) => isObject(server) && (server['transport'] ?? 'stdio') === 'stdio')
    .map(
      (server) =>
        `config.mcp.servers: "${server['name'] ?? ''}" runs as a program here and inherits ZeroClaw's environment: it can read the tokens of native channels`,
    );
}

function shellJobs({ cron }: JsonObject): string[] {
  if (!isObject(cron)) return [];
  return Object.entries(cron)
    .filter(
      ([, job]) => isObject(job) && job['enabled'] !== false && (job['job_type'] ?? 'shell') === 'shell',
    )
    .map(
      ([name]) =>
        `config.cron.${name} is a shell job and inherits ZeroClaw's environment: it can read the tokens of native channels, and what it prints is kept`,
    );
}

function fullProfiles({ risk_profiles: profiles }: JsonObject): string[] {
  if (!isObject(profiles)) return [];
  return Object.entries(profiles)
    .filter(([, profile]) => isObject(profile) && profile['level'] === 'full')
    .map(
      ([name]) =>
        `config.risk_profiles.${name}.level is "full": whoever may talk to the agent has it run programs without being asked`,
    );
}
