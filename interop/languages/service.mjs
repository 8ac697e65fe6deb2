// A service in Node without telemetry in it: /order asks the service whose address it is given, everything else answers.
import { createServer } from 'node:http';

const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://host');
  const answer = pathname === '/order' ? await (await fetch(searchParams.get('url'))).json() : { left: 3 };
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(answer));
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
