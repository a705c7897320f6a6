import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { ListenQueue } from './listen-queue.ts';

const script = `const server = require('node:net').createServer().listen(0, '127.0.0.1', () => {
  process.stdout.write(String(server.address().port));
});`;

it('sees the connections that wait to be accepted', async () => {
  // A frozen process accepts nothing, so all of them wait.
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [shown] = (await once(child.stdout, 'data')) as [Buffer]; // One number.
  const port = Number(shown);
  const queue = new ListenQueue(port);
  await queue.look();
  expect(queue.length).toBe(0);
  child.kill('SIGSTOP');
  const sockets = Array.from({ length: 100 }, () => connect(port, '127.0.0.1'));
  for (const socket of sockets) socket.on('error', () => undefined);
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  await queue.look();
  if (process.platform === 'linux') expect(queue.length).toBe(100);
  for (const socket of sockets) socket.destroy();
  child.kill('SIGKILL');
});
