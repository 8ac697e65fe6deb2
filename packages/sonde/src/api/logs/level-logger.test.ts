import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { ROOT_CONTEXT } from '../context/context.ts';
import { levelLogger } from './level-logger.ts';
import { defineEvent } from './log-event.ts';
import type { LogRecord } from './logger.ts';
import { SeverityNumber } from './severity-number.ts';

const records: LogRecord[] = [];
let isEnabled = true;
const log = levelLogger({
  emit: (record) => void records.push(record),
  enabled: () => isEnabled,
});

beforeEach(() => {
  records.length = 0;
  isEnabled = true;
});

describe('levelLogger', () => {
  it('has a method for each level', () => {
    log.trace('a');
    log.debug('b', { x: 1 });
    log.info('c');
    log.warn('d');
    log.error('e', { y: 2 }, 'thrown');
    log.fatal({ shape: 'any' });
    log.log(SeverityNumber.INFO3, 'g');
    assert.deepEqual(
      records.map(({ severityNumber, body, attributes, exception }) => [
        severityNumber,
        body,
        attributes,
        exception,
      ]),
      [
        [1, 'a', undefined, undefined],
        [5, 'b', { x: 1 }, undefined],
        [9, 'c', undefined, undefined],
        [13, 'd', undefined, undefined],
        [17, 'e', { y: 2 }, 'thrown'],
        [21, { shape: 'any' }, undefined, undefined],
        [11, 'g', undefined, undefined],
      ],
    );
  });

  it('takes an error for the body: its message, and itself as the exception', () => {
    const error = new TypeError('bad');
    log.error(error);
    log.error(error, { a: 1 }, 'another');
    const hostile = Object.defineProperty(new Error('x'), 'message', {
      get: () => {
        throw new Error('no');
      },
    });
    log.error(hostile);
    assert.deepEqual(
      records.map(({ body, exception }) => [body, exception]),
      [
        ['bad', error],
        [error, 'another'],
        [undefined, hostile],
      ],
    );
  });

  it('makes lazy attributes only when the record is wanted, and survives what they throw', () => {
    let calls = 0;
    const make = (): { n: number } => ({ n: ++calls });
    isEnabled = false;
    log.info('unwanted', make);
    log.event('unwanted', make);
    assert.equal(calls, 0);
    assert.equal(log.enabled(), false);
    isEnabled = true;
    log.info('wanted', make);
    log.info('broken', () => {
      throw new Error('no');
    });
    assert.deepEqual(
      records.map(({ body, attributes }) => [body, attributes]),
      [
        ['wanted', { n: 1 }],
        ['broken', undefined],
      ],
    );
  });

  it('emits events by kind and by name', () => {
    const ORDER_PLACED = defineEvent<{ 'order.id': string }>('order.placed', {
      severityNumber: SeverityNumber.INFO2,
      body: 'an order was placed',
    });
    log.event(ORDER_PLACED, { 'order.id': 'A-1' });
    log.event(ORDER_PLACED, () => ({ 'order.id': 'A-2' }), { body: 'again', context: ROOT_CONTEXT });
    log.event('by name');
    // @ts-expect-error the kind says what its attributes are
    log.event(ORDER_PLACED, { 'order.id': 5 });
    assert.deepEqual(
      records
        .slice(0, 3)
        .map((record) => [record.eventName, record.severityNumber, record.body, record.attributes]),
      [
        ['order.placed', 10, 'an order was placed', { 'order.id': 'A-1' }],
        ['order.placed', 10, 'again', { 'order.id': 'A-2' }],
        ['by name', undefined, undefined, undefined],
      ],
    );
    assert.equal(records[1]?.context, ROOT_CONTEXT);
  });

  it('does not throw what a logger of somebody else throws', () => {
    const broken = levelLogger({
      emit: () => {
        throw new Error('broken');
      },
    });
    broken.info('x');
    broken.event('y');
    assert.equal(broken.enabled(), true);
  });
});
