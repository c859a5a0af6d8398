#!/usr/bin/env node
/**
 * A shell in OpenClaw's place, for what a person types after `--`: answers the validator's question, else becomes bash
 * with the words it got. By execve: bash is then the very process that the supervisor started.
 */
if (process.argv[2] === 'config') {
  console.log(JSON.stringify({ valid: true, path: process.env.OPENCLAW_CONFIG_PATH, warnings: [] }));
  process.exit(0);
}
process.removeAllListeners('warning');
process.execve('/bin/bash', ['bash', ...process.argv.slice(2)], process.env);
