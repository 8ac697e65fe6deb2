// The customers: what they ask the storefront for. Some of it goes wrong, some of it is slow.

/** Each with what makes it interesting. */
export const visits = [
  { method: 'GET', path: '/items/tea', about: 'looks at tea' },
  { method: 'POST', path: '/orders/tea/valid', about: 'buys tea: all three services work together' },
  { method: 'POST', path: '/orders/tea/expired', about: 'pays with an expired card' },
  { method: 'POST', path: '/orders/cake/valid', about: 'wants cake, which is sold out' },
  { method: 'POST', path: '/orders/coffee/valid', about: 'buys coffee, which is slow' },
  { method: 'GET', path: '/items/moon-dust', about: 'makes the inventory fail' },
  { method: 'GET', path: '/recommendations', about: 'asks for what a missing service would know' },
];

/** What the storefront answered, in one line. */
export async function visit(url, { method, path, about }) {
  const response = await fetch(url + path, { method });
  await response.arrayBuffer();
  return `${response.status}  ${method.padEnd(4)} ${path.padEnd(20)} a customer ${about}`;
}
