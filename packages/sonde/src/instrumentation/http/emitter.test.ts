/** Emitting again in a context, on plain emitters. */
import assert from 'node:assert/strict';
import { EventEmitter, errorMonitor } from 'node:events';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type Context, ROOT_CONTEXT } from '../../api/context/context.ts';
import { context } from '../../api/context/context-api.ts';
import { SpanBed } from '../../testing/span-bed.ts';
import {
  type Emit,
  EXCHANGE,
  type Exchange,
  HEARD,
  HEARD_BY_NODE,
  heardBy,
  isEmitOfNode,
  listenersOf,
  patchEmit,
  patchIncomingMessage,
  UNHEARD,
} from './emitter.ts';

new SpanBed();
const KEY = Symbol('test');
const own: Context = ROOT_CONTEXT.setValue(KEY, 1);

class Message extends EventEmitter {
  [EXCHANGE]?: Exchange;
}

describe('patchIncomingMessage', () => {
  let undo: () => void;
  let told: string[];
  const inHand = (): Message => {
    const message = new Message();
    message[EXCHANGE] = {
      context: own,
      ownEnd: undefined,
      received: 0,
      countsBody: false,
      onMessageEvent: (event) => void told.push(event),
    };
    return message;
  };
  beforeEach(() => {
    told = [];
    undo = patchIncomingMessage(Message.prototype);
  });
  afterEach(() => undo());

  it('runs listeners in the context of the exchange, with their arguments and their emitter', () => {
    const message = inHand();
    const seen: unknown[] = [];
    message.on('data', function (this: unknown, ...args: unknown[]) {
      seen.push(this, context.active(), ...args);
    });
    assert.equal(message.emit('data', 1, 2, 3), true);
    assert.deepEqual(seen, [message, own, 1, 2, 3]);
    assert.equal(context.active(), ROOT_CONTEXT);
    assert.equal(message.emit('nobody'), false);
  });

  it('tells the exchange of its end only', () => {
    const message = inHand();
    for (const event of ['data', 'aborted', 'end', 'close', errorMonitor]) message.emit(event);
    assert.deepEqual(told, ['aborted', 'end', 'close']);
  });

  it('lets through what listeners throw, and errors without listeners', () => {
    const message = inHand();
    assert.throws(() => message.emit('error', new Error('unheard')), /unheard/);
    message.on('data', () => {
      throw new Error('listener');
    });
    assert.throws(() => message.emit('data'), /listener/);
  });

  it('leaves messages of no exchange alone', () => {
    const message = new Message();
    let active: Context | undefined;
    message.on('data', () => {
      active = context.active();
    });
    message.emit('data');
    assert.equal(active, ROOT_CONTEXT);
  });
});

describe('patchEmit', () => {
  it('is undone exactly, and not where somebody has patched over it', () => {
    const { name, length } = Message.prototype.emit;
    const undo = patchEmit(Message.prototype, () => () => true);
    assert.ok(Object.hasOwn(Message.prototype, 'emit'));
    assert.deepEqual([Message.prototype.emit.name, Message.prototype.emit.length], [name, length]);
    undo();
    assert.ok(!Object.hasOwn(Message.prototype, 'emit'));
    const second = patchEmit(Message.prototype, () => () => true);
    const over = () => false;
    Message.prototype.emit = over;
    second();
    assert.equal(Message.prototype.emit, over);
    delete (Message.prototype as { emit?: unknown }).emit;
  });
});

describe('heardBy', () => {
  it('tells what Node had registered itself from everything else', () => {
    const emitter = new EventEmitter() as never as Parameters<typeof heardBy>[0] & EventEmitter;
    assert.equal(heardBy(emitter, 'end', undefined), UNHEARD);
    emitter.on('end', () => {});
    assert.equal(heardBy(emitter, 'end', undefined), HEARD);
    const own = listenersOf(emitter, 'end');
    assert.equal(heardBy(emitter, 'end', own), HEARD_BY_NODE);
    const listener = () => {};
    emitter.on('end', listener);
    assert.equal(heardBy(emitter, 'end', own), HEARD);
    emitter.off('end', listener);
    assert.equal(heardBy(emitter, 'end', own), HEARD_BY_NODE);
    emitter.removeAllListeners('end').on('end', listener);
    assert.equal(heardBy(emitter, 'end', own), HEARD);
    assert.equal(heardBy({ listenerCount: () => 1 }, 'end', undefined), HEARD);
    assert.equal(heardBy({ listenerCount: () => 0 }, 'end', undefined), UNHEARD);
  });

  it('always enters the context for an error, which monitors hear too', () => {
    const emitter = new EventEmitter() as never as Parameters<typeof heardBy>[0] & EventEmitter;
    assert.equal(heardBy(emitter, 'error', undefined), HEARD);
    assert.equal(heardBy({ listenerCount: () => 0 }, 'error', undefined), HEARD);
  });
});

describe('isEmitOfNode', () => {
  const nodes = EventEmitter.prototype.emit;
  afterEach(() => {
    EventEmitter.prototype.emit = nodes;
  });

  it("knows Node's own on this version, and no other in its place or beside it", () => {
    assert.equal(isEmitOfNode(nodes as Emit), true);
    const over: Emit = function (this: unknown, ...args) {
      return nodes.apply(this as EventEmitter, args as never);
    };
    assert.equal(isEmitOfNode(over), false);
    EventEmitter.prototype.emit = over as never;
    assert.equal(isEmitOfNode(over), false);
    assert.equal(isEmitOfNode(nodes as Emit), false);
  });

  it('lets everything through to an emit that is not of Node, also what nobody listens to', () => {
    const heard: unknown[] = [];
    class Recorded extends EventEmitter {
      [EXCHANGE]?: Exchange;
      override emit(event: string | symbol, ...args: unknown[]): boolean {
        heard.push(event);
        return super.emit(event, ...args);
      }
    }
    const undo = patchIncomingMessage(Recorded.prototype);
    const message = new Recorded();
    message[EXCHANGE] = {
      context: own,
      ownEnd: undefined,
      received: 0,
      countsBody: false,
      onMessageEvent: () => {},
    };
    assert.equal(message.emit('nobody'), false);
    assert.deepEqual(heard, ['nobody']);
    undo();
  });
});
