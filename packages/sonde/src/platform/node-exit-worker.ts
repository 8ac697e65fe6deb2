/**
 * Parts of the program of the last sender's thread (node-exit.ts), as text: it runs where no module of ours can be
 * loaded, because the application may have been bundled into one file. Connections through proxies, and gRPC.
 */

/** `tunnel(proxy, host, port, callback)`: a connection through a proxy by CONNECT. */
export const WORKER_CONNECTIONS: string = `
function tunnel(proxy, host, port, callback) {
  let open = true;
  const settle = (error, socket) => {
    if (!open) return;
    open = false;
    callback(error, socket);
  };
  const request = require(proxy.secure ? 'node:https' : 'node:http').request({
    host: proxy.host,
    port: proxy.port,
    method: 'CONNECT',
    path: (String(host).includes(':') ? '[' + host + ']' : host) + ':' + port,
    headers: proxy.authorization === undefined ? {} : { 'Proxy-Authorization': proxy.authorization },
    agent: false,
    // Since Node 26 the name would be taken from the Host header, which for CONNECT names the destination.
    ...(proxy.secure ? { servername: require('node:net').isIP(proxy.host) ? '' : proxy.host } : {}),
  });
  request.on('error', settle);
  request.on('connect', (response, socket, rest) => {
    if (response.statusCode < 200 || response.statusCode > 299) {
      socket.destroy();
      settle(new Error('the proxy answered CONNECT with ' + response.statusCode));
      return;
    }
    socket.on('error', () => {});
    if (rest.length > 0) socket.unshift(rest);
    settle(null, socket);
  });
  request.end();
}
`;

/** `sendGrpc(request, body, done, fail)`: a unary call; one session for each way to a receiver. */
export const WORKER_GRPC: string = `
const sessions = new Map();

function openSession(r) {
  const key = JSON.stringify([new URL(r.url).origin, r.grpc.host, r.grpc.port, r.grpc.socketPath, r.agentOptions, r.proxy]);
  let opening = sessions.get(key);
  if (opening === undefined) {
    opening = new Promise((resolve, reject) => openSocket(r, (error, socket) => (error ? reject(error) : resolve(socket)))).then(
      (socket) => {
        const session = require('node:http2').connect(new URL(r.url).origin, { createConnection: () => socket });
        session.on('error', () => {});
        return session;
      },
    );
    sessions.set(key, opening);
  }
  return opening;
}

function openSocket(r, callback) {
  const { host, port, socketPath } = r.grpc;
  const secure = r.url.startsWith('https:');
  const { isIP, connect } = require('node:net');
  const put = (raw) => {
    if (!secure) return callback(null, raw);
    const name = isIP(host) ? {} : { servername: host };
    const socket = require('node:tls').connect(
      { ...name, ...r.agentOptions, host, socket: raw, ALPNProtocols: ['h2'] },
      () => callback(null, socket),
    );
    socket.on('error', callback);
  };
  if (r.proxy !== undefined && !socketPath) {
    tunnel(r.proxy, host, port, (error, raw) => (error ? callback(error) : put(raw)));
    return;
  }
  const raw = socketPath ? connect({ path: socketPath }) : connect({ host, port });
  raw.on('error', callback);
  raw.once('connect', () => put(raw));
}

function sendGrpc(r, body, done, fail) {
  openSession(r).then((session) => {
    const url = new URL(r.url);
    const stream = session.request({
      ':method': 'POST',
      ':scheme': url.protocol.slice(0, -1),
      ':path': url.pathname,
      ':authority': url.host,
      te: 'trailers',
      'content-type': 'application/grpc',
      'grpc-accept-encoding': 'identity',
      'grpc-timeout': Math.max(1, Math.ceil(d.timeoutMillis)) + 'm',
      ...(r.grpc.gzip ? { 'grpc-encoding': 'gzip' } : {}),
      ...r.headers,
    });
    let headers, trailers, error;
    const chunks = [];
    stream.on('response', (given) => { headers = given; });
    stream.on('trailers', (given) => { trailers = given; });
    stream.on('data', (chunk) => { if (chunks.length < 64) chunks.push(chunk); });
    stream.on('error', (given) => { error = given; });
    stream.on('close', () => {
      const status = trailers?.['grpc-status'] ?? headers?.['grpc-status'];
      if (headers === undefined || (status === undefined && (error || stream.rstCode))) {
        return fail(error || new Error('the connection was closed without an answer'));
      }
      const text = String(trailers?.['grpc-message'] ?? headers['grpc-message'] ?? '').slice(0, 800);
      const answer = {
        contentType: String(headers['content-type'] ?? '').slice(0, 100),
        status: /^[0-9]{1,5}$/.test(String(status)) ? Number(status) : undefined,
        message: text,
        body: Buffer.concat(chunks).subarray(5, 1805).toString('base64'),
      };
      done(headers[':status'], Buffer.from(JSON.stringify(answer)), 'grpc');
    });
    const prefix = Buffer.alloc(5);
    prefix[0] = r.grpc.gzip ? 1 : 0;
    prefix.writeUInt32BE(r.byteLength, 1);
    stream.cork();
    stream.write(prefix);
    stream.end(body);
    stream.uncork();
  }).catch(fail);
}
`;

/** A datagram: what the system has taken is all that anybody will know of it. */
export const WORKER_DATAGRAM = `
function sendDatagram(r, body, done, fail) {
  const { hostname, port } = new URL(r.url);
  require('node:dns').lookup(hostname.replace(/^\\[(.*)\\]$/, '$1'), (error, address, family) => {
    if (error) return fail(error);
    const socket = require('node:dgram').createSocket(family === 6 ? 'udp6' : 'udp4');
    socket.on('error', fail);
    socket.send(Buffer.from(body), Number(port), address, (error) => {
      socket.close();
      if (error) fail(error);
      else done(200, Buffer.alloc(0), '');
    });
  });
}
`;
