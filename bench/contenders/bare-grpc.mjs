/** What a program that sends by gRPC cannot do without: node:http2, and one unary call. */
import { connect } from 'node:http2';

const session = connect(process.argv[2]);
const stream = session.request({
  ':method': 'POST',
  ':path': '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  'content-type': 'application/grpc',
  te: 'trailers',
});
stream.resume();
stream.end(Buffer.alloc(5));
await new Promise((resolve) => stream.on('close', resolve));

const { rss } = process.memoryUsage();
const { user, system } = process.cpuUsage();
console.log(JSON.stringify({ cpuMillis: (user + system) / 1e3, megabytes: rss / 1e6 }));
process.exit();
