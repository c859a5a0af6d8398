// Runs inside the image: starts a supervisor and a bare node server in turns and times exec → TCP connect.
const { spawn } = require('node:child_process');
const { connect } = require('node:net');

const bare = "require('node:http').createServer((q,s)=>s.end('ok')).listen(20200)";
const contenders = {
  bare: { argv: ['-e', bare], port: 20200 },
  supervisor: { argv: ['--disable-sigusr1', '/opt/clawden/supervisor.cjs', 'openclaw'], port: 18789 },
};
const rounds = Number(process.argv[2] ?? 11);
const result = { bare: [], supervisor: [] };

(async () => {
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, { argv, port }] of Object.entries(contenders)) {
      const began = performance.now();
      const child = spawn(process.execPath, argv, { stdio: 'ignore' });
      await listening(port);
      result[name].push(performance.now() - began);
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
    }
  }
  console.log(JSON.stringify(result));
})();

function listening(port) {
  return new Promise((resolve) => {
    const attempt = () => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve();
      });
      socket.once('error', () => setTimeout(attempt, 1));
    };
    attempt();
  });
}
