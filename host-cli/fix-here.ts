/**
 * What the image tells whoever types `docker run`, in words of this command: there a variable is a line of `.env`, and
 * memory an option. All other fixes stay as they are.
 */
export function fixHere(fix: string): string {
  return fix
    .replace(/^docker run -e RUNTIME=(\S+) IMAGE.*$/, 'write into clawden.yaml: runtime: $1')
    .replace(/^(?:write )?docker run -e (\w+) (?:…|IMAGE).*$/, 'write into .env: $1=…')
    .replace(
      /^set CLAWDEN_PROVIDER and its key, for instance -e (\w+)$/,
      'write the key of a provider into .env, for instance $1=…; or provider: echo, which needs none',
    )
    .replace(/^docker run --memory (\S+) …$/, 'write memory: $1 into clawden.yaml, or run with --memory $1')
    .replace(/mount its folder at \/etc\/clawden\/tools\//, 'put its folder at ~/.clawden/tools/');
}
