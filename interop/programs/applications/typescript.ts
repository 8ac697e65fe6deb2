// TypeScript that Node cannot run by itself: an enum and a parameter property, so that tsx has to translate it.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

enum Status {
  Ok = 200,
  Created = 201,
  Broken = 500,
}

class Answer {
  constructor(
    readonly status: Status,
    readonly body: object,
  ) {}
}

async function answer(request: IncomingMessage): Promise<Answer> {
  const { method, url = '' } = request;
  if (method === 'POST' && url === '/orders') {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const { item } = JSON.parse(Buffer.concat(pieces).toString('utf8')) as { item: string };
    const stock = await fetch(`http://${request.headers.host}/stock/${item}`);
    return new Answer(Status.Created, (await stock.json()) as object);
  }
  if (url === '/broken') return new Answer(Status.Broken, { error: 'the handler threw' });
  if (url.startsWith('/orders/')) return new Answer(Status.Ok, { id: url.slice(8) });
  return new Answer(Status.Ok, { item: url.slice(7), left: 3 });
}

const server = createServer((request: IncomingMessage, response: ServerResponse) => {
  void answer(request).then(({ status, body }) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  });
});
server.listen(0, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${(server.address() as { port: number }).port}`);
});
