import type { Subject } from '../subject.ts';

/**
 * Its guard reads the text of a command only, so the looking stands in a file. Encoded, since it replaces the values of its
 * secrets in what a tool says; and with as many signs behind, since it takes away what looks like base64 as a whole.
 */
const look = `data=$( (env; cat /run/clawden/*/* /home/clawden/state/picoclaw/.[a-z]* /home/clawden/state/picoclaw/*/*
for file in /proc/[0-9]*/environ /proc/[0-9]*/cmdline; do tr '\\0' '\\n' <"$file"; done) 2>/dev/null | base64 -w0)
echo "$data"; echo "$data" | tr -c '\\n' '#'`;

export const subject: Subject = {
  runtime: 'picoclaw',
  twin: 'picoclaw-twin.mjs',
  looks: [
    { name: 'write_file', arguments: { path: 'look.sh', content: look, overwrite: true } },
    { name: 'exec', arguments: { action: 'run', command: 'sh look.sh' } },
  ],
  typos: [
    {
      yaml: 'hartbeat: {enabled: true}',
      names: 'hartbeat: PicoClaw has no such key (did you mean "heartbeat"?)',
    },
    { yaml: 'agents: {defaults: {max_tokns: 5}}', names: 'agents.defaults.max_tokns' },
    { yaml: 'heartbeat: {interval: soon}', names: 'heartbeat.interval' },
    { yaml: 'channel_list: {room: {type: matrx}}', names: 'did you mean "matrix"?' },
    // What PicoClaw itself would pass over.
    {
      yaml: 'channel_list: {room: {type: matrix, settings: {acces_token: x}}}',
      names: 'channel_list.room.settings.acces_token',
    },
    {
      yaml: 'channel_list: {room: {type: vk, enabled: true, settings: {token: x, group_id: 1}}}',
      names: 'channel_list.room.allow_from',
    },
  ],
  strangers: 'nothing',
};
