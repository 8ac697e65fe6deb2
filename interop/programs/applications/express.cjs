// An express 4 application as people write them: routers, a body, an error handler, a call to elsewhere.
const express = require('express');

const app = express();
app.use(express.json());

const orders = express.Router();
orders.get('/:id', (request, response) => response.json({ id: request.params.id }));
orders.post('/', async (request, response, next) => {
  try {
    const stock = await fetch(`${request.protocol}://${request.get('host')}/stock/${request.body.item}`);
    response.status(201).json(await stock.json());
  } catch (error) {
    next(error);
  }
});
app.use('/orders', orders);
app.get('/stock/:item', (request, response) => response.json({ item: request.params.item, left: 3 }));
app.get('/broken', () => {
  throw new Error('the handler threw');
});
app.use((error, _request, response, _next) => response.status(500).json({ error: error.message }));

const server = app.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
