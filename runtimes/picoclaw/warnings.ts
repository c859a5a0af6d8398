import type { Json, JsonObject, RenderInput } from '../contract.ts';
import { isObject } from '../merge.ts';

/** What its user should hear at each start: ways to a shell, and what ends up as text in a file or the log. */
export function warnings(
  input: RenderInput,
  config: JsonObject,
  plainSecrets: readonly string[],
): readonly string[] {
  const tools = object(config['tools']);
  const exec = object(tools['exec'])['enabled'] !== false;
  const cron = object(tools['cron']);
  const cronShell = cron['enabled'] !== false && cron['allow_command'] !== false;
  const servers = mcpPrograms(object(tools['mcp']));
  return [
    ...(exec
      ? [
          'whoever may talk to the agent can have it run commands in this container; config: { tools: { exec: { enabled: false } } } takes the tool away',
        ]
      : []),
    ...(cronShell
      ? [
          'the agent can plan commands to be run later; config: { tools: { cron: { allow_command: false } } } ends that',
        ]
      : []),
    ...(servers.length > 0 ? [`PicoClaw starts programs as MCP servers: ${servers.join(', ')}`] : []),
    ...plainSecrets.map(
      (path) =>
        `config.${path} is no secret to PicoClaw: the value stands as text in its configuration, where the agent can read it`,
    ),
    ...(input.logLevel === 'debug'
      ? ['log_level debug prints the texts of conversations in the log of PicoClaw']
      : []),
  ];
}

function mcpPrograms(mcp: JsonObject): readonly string[] {
  if (mcp['enabled'] !== true) return [];
  return Object.entries(object(mcp['servers'])).flatMap(([name, server]) => {
    const { enabled, command } = object(server);
    return enabled === true && typeof command === 'string' && command !== '' ? [name] : [];
  });
}

function object(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}
