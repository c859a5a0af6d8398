import type { Subject } from '../subject.ts';

export const subject: Subject = {
  runtime: 'openclaw',
  looks: [
    {
      name: 'exec',
      arguments: {
        command:
          'env; tr "\\0" "\\n" </proc/self/environ; for file in /proc/[0-9]*/environ /proc/[0-9]*/cmdline; do tr "\\0" "\\n" <"$file"; done 2>/dev/null; echo looked',
      },
    },
    {
      name: 'exec',
      arguments: { command: 'cat /run/clawden/*/* /home/clawden/state/*/*.json 2>/dev/null; echo looked' },
    },
  ],
  typos: [
    { yaml: 'sesion: {dmScope: main}', names: 'sesion' },
    { yaml: 'session: {dmScopes: main}', names: 'dmScopes' },
    { yaml: 'agents: {defaults: {heartbeet: {every: 2h}}}', names: 'heartbeet' },
  ],
  strangers: 'nothing',
};
