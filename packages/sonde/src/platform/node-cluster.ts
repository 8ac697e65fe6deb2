/** The line between the processes of node:cluster, over the messages that applications use as well. */
import type { Cluster, Worker } from 'node:cluster';
import type { ClusterLink } from './cluster-link.ts';

/** Every process that is no worker is a primary, mostly of no workers. */
export function openClusterLink(): ClusterLink | undefined {
  const cluster = process.getBuiltinModule('node:cluster') as unknown as Cluster;
  return cluster.isWorker ? workerLink(cluster.worker!) : primaryLink(cluster);
}

function workerLink(worker: Worker): ClusterLink {
  return {
    id: worker.id,
    send: (_to, message) => attempt(() => process.connected === true && process.send?.(message, quietly)),
    sendToAll: () => {},
    onMessage: (receive) => {
      const onMessage = (message: unknown): void => receive(0, message);
      process.on('message', onMessage);
      return () => process.off('message', onMessage);
    },
  };
}

function primaryLink(cluster: Cluster): ClusterLink {
  return {
    id: 0,
    send: (to, message) => sendTo(cluster.workers?.[to], message),
    sendToAll: (message) => {
      for (const worker of Object.values(cluster.workers ?? {})) sendTo(worker, message);
    },
    onMessage: (receive) => {
      const onMessage = (worker: Worker, message: unknown): void => receive(worker.id, message);
      const onExit = (worker: Worker): void => receive(worker.id, undefined);
      cluster.on('message', onMessage);
      cluster.on('exit', onExit);
      return () => {
        cluster.off('message', onMessage);
        cluster.off('exit', onExit);
      };
    },
  };
}

function sendTo(worker: Worker | undefined, message: object): boolean {
  return attempt(() => worker?.isConnected() === true && worker.send(message, quietly));
}

/** The other process may end while the message is on its way: whoever waits for the answer has a timeout. */
function quietly(): void {}

function attempt(send: () => unknown): boolean {
  try {
    return send() !== false;
  } catch {
    return false;
  }
}
