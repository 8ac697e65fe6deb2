// Charges cards, for the price that the inventory knows. A plain Node program, this one in CommonJS and with callbacks.
const http = require('node:http');
const { env } = require('node:process');
const pino = require('pino');

const log = pino({ name: 'payment' });

function priceOf(item, callback) {
  const request = http.get(`${env.INVENTORY_URL}/items/${item}`, (response) => {
    let text = '';
    response.setEncoding('utf8');
    response.on('data', (piece) => {
      text += piece;
    });
    response.on('end', () => callback(null, JSON.parse(text).price));
  });
  request.on('error', callback);
}

function charge(card, amount, callback) {
  // The bank takes its time.
  setTimeout(() => {
    if (card === 'expired') {
      log.warn({ amount }, 'card declined');
      callback([402, { error: 'card declined' }]);
    } else {
      log.info({ amount }, 'charged');
      callback([200, { charged: amount }]);
    }
  }, 20);
}

const server = http.createServer((request, response) => {
  const answer = ([status, body]) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
  const [, , item, card] = request.url.split('/');
  priceOf(item, (error, price) => {
    if (error) answer([502, { error: error.message }]);
    else charge(card, price, answer);
  });
});

server.listen(Number(env.PORT ?? 0), '127.0.0.1', () => {
  log.info(`payment listens on http://127.0.0.1:${server.address().port}`);
});
