/**
 * The account of all send buffers of the process: the bytes they hold together, and the list of what no receiver has
 * confirmed yet, which is sent when the process ends.
 */
import { type ExitAnswer, sendBlocking } from '#platform';
import { processState } from '../../internal/process-state.ts';
import { registerExitDelivery } from '../../sdk/pipeline/exit.ts';
import type { RequestDescription, SendResult } from './send.ts';

/** A batch that is unsent or unacknowledged, as the exit path takes it over. */
export interface PendingBatch {
  readonly count: number;
  readonly request: RequestDescription;
  /** What an answer to it means. */
  read(answer: ExitAnswer): SendResult;
  /** What became of it; a batch that could not be delivered now is dropped. */
  settle(result: SendResult): void;
}

export interface SendBufferAccount {
  heldBytes: number;
  /** Buffers that hold something. */
  readonly buffers: Set<{ pendingForExit(): PendingBatch[] }>;
  isRegistered: boolean;
}

/** One per process, whatever copy of this package made the buffer. */
export const sendBufferAccount: SendBufferAccount = processState('send-buffer.1', () => ({
  heldBytes: 0,
  buffers: new Set(),
  isRegistered: false,
}));

/** Makes the exit path know the buffers, once per process. */
export function registerSendBuffers(): void {
  if (sendBufferAccount.isRegistered) return;
  sendBufferAccount.isRegistered = true;
  registerExitDelivery(deliverPending, () => sendBufferAccount.buffers.size > 0);
}

/**
 * Sends everything unconfirmed over all exporters of the process and settles it, blocking. Where the process can still
 * run (`isLast` false), what lacks headers or a thread to send it is left to that; then the answer is false.
 */
function deliverPending(timeoutMillis: number, isLast: boolean): boolean {
  const pending = [...sendBufferAccount.buffers].flatMap((buffer) => buffer.pendingForExit());
  const now = pending.filter(({ request }) => isLast || request.incomplete === undefined);
  const answers = sendBlocking(
    now.map((batch) => batch.request),
    timeoutMillis,
  );
  let isComplete = now.length === pending.length;
  now.forEach((batch, index) => {
    const answer = answers[index]!;
    if (answer.failure === 'unavailable' && !isLast) isComplete = false;
    else batch.settle(resultOf(answer, batch));
  });
  return isComplete;
}

function resultOf(answer: ExitAnswer, { request, read }: PendingBatch): SendResult {
  if (answer.failure === undefined) return read(answer);
  const message = answer.message || `${answer.failure} as the process ended`;
  const { incomplete } = request;
  return { kind: 'retryable', message: incomplete === undefined ? message : `${message}; ${incomplete}` };
}
