import type { TestContainer } from './container.ts';
import type { Outcome } from './docker.ts';

/** What an agent of OpenClaw may try in order to get at the secrets of its runtime: scripts, and its CLI. */

const script = '/home/clawden/state/openclaw/secret-door';
const rendered = '/run/clawden/openclaw/openclaw.json';
const program = '/opt/clawden/runtimes/openclaw/node_modules/openclaw/openclaw.mjs';

export const resolveParams = JSON.stringify({
  commandName: 'x',
  targetIds: ['channels.telegram.accounts.*.botToken'],
});

/** Everything that a shell of the agent can look at, into view.txt of the workspace. */
export const lookAround = [
  'cd /home/clawden/workspace; rm -f look.sh',
  'env >view.txt',
  'for file in /proc/[0-9]*/environ /proc/[0-9]*/cmdline; do tr "\\0" "\\n" <"$file"; done >>view.txt 2>/dev/null',
  'for file in /proc/[0-9]*/fd /proc/[0-9]*/cwd; do ls -l "$file"; done >>view.txt 2>&1',
  // What the gateway started to get them, and what the gateway itself tells its operators.
  `echo '{"protocolVersion":1,"provider":"clawden","ids":["channels/telegram/token","gateway/token"]}' >request.json`,
  `(exec ${script}) <request.json >>view.txt 2>&1`,
  `(exec /opt/clawden/bin/door ${script}) <request.json >>view.txt 2>&1`,
  `openclaw gateway call secrets.resolve --params '${resolveParams}' >>view.txt 2>&1`,
  'openclaw config get channels.telegram.accounts.telegram.botToken >>view.txt 2>&1',
  'id; echo looked',
].join('\n');

/** Attaches to a program that it has started itself: no Yama setting forbids that. */
export const tracing = `
  const koffi = require('/opt/clawden/node_modules/koffi');
  const ptrace = koffi.load(null).func('long ptrace(long, long, long, long)');
  const child = require('node:child_process').spawn(process.argv[1], ['-e', 'setTimeout(() => {}, 5000)']);
  child.once('spawn', () => {
    const told = ptrace(16, child.pid, 0, 0) === 0 ? 'attached' : koffi.errno() === 1 ? 'EPERM' : 'another error';
    process.stdout.write(told);
    child.kill('SIGKILL');
    process.exit();
  });`;

/** Aborts a node where core files may be written, and lists what is there then. */
export function abort(node: string): string {
  return `mkdir /tmp/core; cd /tmp/core; ulimit -Sc unlimited; ${node} -e 'process.abort()'; ls; rm -rf /tmp/core`;
}

export const plantedToken = 'planted-token-0123456789';

/** Puts a token that it knows into the rendered configuration of the running gateway. */
export const plantToken = `const fs = require('node:fs');
  const config = JSON.parse(fs.readFileSync('${rendered}', 'utf8'));
  config.gateway.auth.token = '${plantedToken}';
  fs.writeFileSync('${rendered}.new', JSON.stringify(config), { mode: 0o600 });
  fs.renameSync('${rendered}.new', '${rendered}');`;

/** Variables in each file that a gateway might read at its start. */
export const plantDotenv = [
  'for folder in state/openclaw state/.openclaw state/.config/openclaw workspace; do',
  'mkdir -p "/home/clawden/$folder"; echo "PLANTED=$folder" >"/home/clawden/$folder/.env"; done',
  'cp /home/clawden/workspace/.env /home/clawden/state/.config/openclaw/gateway.env',
].join('\n');

/** Makes itself an operator in the gateway's own database. Prints the file with which the CLI is one. */
export const forgePairing = `
  const { generateKeyPairSync, createHash } = require('node:crypto');
  const fs = require('node:fs');
  const db = new (require('node:sqlite').DatabaseSync)('/home/clawden/state/openclaw/state/openclaw.sqlite');
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
  const id = createHash('sha256').update(raw).digest('hex');
  const scopes = JSON.stringify(['operator.admin', 'operator.read', 'operator.write']);
  const insert = (table, row) => db.prepare('insert into ' + table + ' (' + Object.keys(row) + ') values (' +
    Object.keys(row).map(() => '?') + ')').run(...Object.values(row));
  const now = Date.now(), token = 'forged-token-0123456789abcdef';
  db.prepare('delete from device_identities').run();
  insert('device_identities', { identity_key: 'primary', device_id: id, created_at_ms: now, updated_at_ms: now,
    public_key_pem: publicKey.export({ type: 'spki', format: 'pem' }),
    private_key_pem: privateKey.export({ type: 'pkcs8', format: 'pem' }) });
  insert('device_pairing_paired', { device_id: id, public_key: raw.toString('base64url'), platform: 'linux',
    client_id: 'cli', client_mode: 'cli', role: 'operator', roles_json: '["operator"]', scopes_json: scopes,
    approved_scopes_json: scopes, created_at_ms: now, approved_at_ms: now, tokens_json: JSON.stringify(
      { operator: { token, role: 'operator', scopes: JSON.parse(scopes), createdAtMs: now } }) });
  insert('device_auth_tokens', { device_id: id, role: 'operator', token, scopes_json: scopes, updated_at_ms: now });
  const { port } = JSON.parse(fs.readFileSync('${rendered}', 'utf8')).gateway;
  fs.writeFileSync('/tmp/operator.json', JSON.stringify({ gateway: { mode: 'local', port } }));
  console.log('/tmp/operator.json');`;

/** OpenClaw's own command line beside the running gateway, as its agent would use it. */
export function openclaw(
  container: TestContainer,
  words: readonly string[],
  config = rendered,
): Promise<Outcome> {
  const environment = ['OPENCLAW_STATE_DIR=/home/clawden/state/openclaw', `OPENCLAW_CONFIG_PATH=${config}`];
  return container.exec(['env', ...environment, 'node', program, ...words]);
}
