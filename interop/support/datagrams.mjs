/** A UDP socket on loopback that keeps what it is sent. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** `{ port, datagrams, received(count), close() }`. */
export async function startDatagrams() {
  const datagrams = [];
  const waiting = [];
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 });
  socket.on('message', (message) => {
    datagrams.push(message);
    for (const wake of waiting.splice(0)) wake();
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    port: socket.address().port,
    datagrams,
    async received(count) {
      while (datagrams.length < count) await new Promise((resolve) => waiting.push(resolve));
    },
    close: () => socket.close(),
  };
}
