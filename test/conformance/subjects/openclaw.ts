import type { Subject } from '../subject.ts';

export const subject: Subject = {
  runtime: 'openclaw',
  // Encoded: OpenClaw replaces exact values of its secrets in what a tool says.
  looks: [
    {
      name: 'exec',
      arguments: {
        command:
          '(env; for file in /proc/[0-9]*/environ /proc/[0-9]*/cmdline; do tr "\\0" "\\n" <"$file"; done) 2>/dev/null | base64 -w0',
      },
    },
    {
      name: 'exec',
      arguments: {
        command:
          'cat /run/clawden/*/* /home/clawden/state/*/*.json /home/clawden/state/*/*/*.json 2>/dev/null | base64 -w0',
      },
    },
  ],
  typos: [
    { yaml: 'sesion: {dmScope: main}', names: 'sesion' },
    { yaml: 'session: {dmScopes: main}', names: 'dmScopes' },
    { yaml: 'agents: {defaults: {heartbeet: {every: 2h}}}', names: 'heartbeet' },
  ],
  strangers: 'nothing',
};
