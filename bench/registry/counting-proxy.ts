/**
 * Hands bytes between whoever connects and a registry, and writes how many went each way, all together, into a file: what a
 * program puts on the wire, told by neither end of it.
 *
 *   node dist/bench/registry/counting-proxy.js PORT REGISTRY-PORT FILE
 */
import { writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import process from 'node:process';

const [port = 0, registryPort = 0] = process.argv.slice(2).map(Number);
const file = process.argv[4] ?? '';
let [sentBytes, receivedBytes] = [0, 0];
const tell = (): void => writeFileSync(file, `${sentBytes} ${receivedBytes}`);

createServer((client) => {
  const server = connect(registryPort, '127.0.0.1');
  client.on('data', (bytes) => {
    sentBytes += bytes.length;
  });
  server.on('data', (bytes) => {
    receivedBytes += bytes.length;
  });
  client.pipe(server).on('error', () => client.destroy());
  server.pipe(client).on('error', () => server.destroy());
  client.on('close', () => {
    server.destroy();
    tell();
  });
}).listen(port, '127.0.0.1', tell);
