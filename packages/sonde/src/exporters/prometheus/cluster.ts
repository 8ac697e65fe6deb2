/**
 * One answer for all processes of a cluster. A worker tells the primary that it is there; whoever is scraped has the
 * primary ask all workers, and each worker's points get its number as a label: nothing is added up, so nothing is lost,
 * and Prometheus can still add.
 *
 *   worker ── hello ──►  primary          (also when the primary says `ready`, because it came later)
 *   worker ◄─ welcome ── primary
 *   worker ◄─── ask ──── primary          a scrape of the primary
 *   worker ── metrics ─► primary
 *   worker ─── ask ────► primary          a scrape of a server that the workers share
 *   worker ◄─ metrics ── primary
 */
import { type ClusterLink, clearTimer, setTimer } from '#platform';
import { reportOnce } from '../../sdk/common/diagnostics.ts';
import type { ResourceMetrics, ScopeMetrics } from '../../sdk/metrics/metric-data.ts';
import { packed, unpacked } from './portable.ts';

/** How long a primary may take to say welcome, in milliseconds: it may still be starting. */
const WELCOME_MILLIS = 1_000;
/** How long a process may take to give its metrics, in milliseconds: Prometheus gives a scrape 10 s by default. */
const ANSWER_MILLIS = 3_000;
/** The attribute that tells workers apart. */
const WORKER = 'cluster.worker.id';

interface Message {
  /** Marks the messages of this file among the application's. */
  readonly sonde: 'prometheus';
  /** Exporters of the same settings talk to each other. */
  readonly channel: string;
  readonly kind: 'hello' | 'welcome' | 'ready' | 'ask' | 'metrics';
  /** Of a question and its answer. */
  readonly number?: number;
  readonly body?: string;
}

/** Time, replaced in tests. */
export interface ClusterHost {
  setTimer: typeof setTimer;
  clearTimer: typeof clearTimer;
}

export class ClusterScrapes {
  readonly #link: ClusterLink;
  readonly #channel: string;
  readonly #collect: () => Promise<ResourceMetrics>;
  readonly #host: ClusterHost;
  readonly #stop: () => void;
  readonly #workers = new Set<number>();
  /** Answers that are awaited, by the number of the question. */
  readonly #waiting = new Map<number, { from: number; take: (body: string | undefined) => void }>();
  #numbers = 0;
  #isWelcome = false;
  #onWelcome: (() => void) | undefined;

  /** @param collect this process's own metrics */
  constructor(
    link: ClusterLink,
    channel: string,
    collect: () => Promise<ResourceMetrics>,
    host: ClusterHost = { setTimer, clearTimer },
  ) {
    this.#link = link;
    this.#channel = channel;
    this.#collect = collect;
    this.#host = host;
    this.#stop = link.onMessage((from, message) => this.#receive(from, message));
    if (link.id === 0) link.sendToAll(this.#message('ready'));
  }

  /** For a worker: whether the primary answers for it from now on. */
  join(): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = this.#host.setTimer(() => resolve(this.#isWelcome), WELCOME_MILLIS);
      this.#onWelcome = () => {
        this.#host.clearTimer(timer);
        resolve(true);
      };
      if (!this.#link.send(0, this.#message('hello'))) this.#onWelcome = undefined;
    });
  }

  /** The metrics of all processes: with `own` in the primary, as the primary gives them in a worker that has joined. */
  async collectAll(own: ResourceMetrics): Promise<ResourceMetrics> {
    const { resource } = own;
    if (this.#link.id === 0) {
      return { resource, scopeMetrics: [...own.scopeMetrics, ...(await this.#ofWorkers())] };
    }
    if (!this.#isWelcome) return own;
    const body = await this.#ask(0);
    return body === undefined ? own : { resource, scopeMetrics: unpacked(body, WORKER, '') };
  }

  close(): void {
    this.#stop();
    this.#giveUp(() => true);
  }

  #giveUp(isMeant: (from: number) => boolean): void {
    for (const { from, take } of [...this.#waiting.values()]) if (isMeant(from)) take(undefined);
  }

  async #ofWorkers(): Promise<ScopeMetrics[]> {
    const ids = [...this.#workers].sort((a, b) => a - b);
    const bodies = await Promise.all(ids.map((id) => this.#ask(id)));
    return bodies.flatMap((body, index) => (body === undefined ? [] : scopesOf(body, ids[index]!)));
  }

  #ask(to: number): Promise<string | undefined> {
    const number = ++this.#numbers;
    return new Promise((resolve) => {
      const answer = (body: string | undefined): void => {
        this.#host.clearTimer(timer);
        this.#waiting.delete(number);
        resolve(body);
      };
      const timer = this.#host.setTimer(() => {
        const who = to === 0 ? 'the primary' : `worker ${to}`;
        const text = `Prometheus: ${who} gave no metrics within ${ANSWER_MILLIS} ms; the scrape does without them`;
        reportOnce('warn', 'prometheus_cluster', who, text);
        answer(undefined);
      }, ANSWER_MILLIS);
      this.#waiting.set(number, { from: to, take: answer });
      if (!this.#link.send(to, this.#message('ask', number))) answer(undefined);
    });
  }

  #message(kind: Message['kind'], number?: number, body?: string): Message {
    return {
      sonde: 'prometheus',
      channel: this.#channel,
      kind,
      ...(number === undefined ? undefined : { number }),
      ...(body === undefined ? undefined : { body }),
    };
  }

  #receive(from: number, given: unknown): void {
    if (given === undefined) {
      this.#workers.delete(from);
      this.#giveUp((each) => each === from);
      return;
    }
    const message = given as Partial<Message> | null;
    if (message?.sonde !== 'prometheus' || message.channel !== this.#channel) return;
    const { kind, number = 0, body } = message;
    if (kind === 'ready') this.#link.send(0, this.#message('hello'));
    else if (kind === 'hello') {
      this.#workers.add(from);
      this.#link.send(from, this.#message('welcome'));
    } else if (kind === 'welcome') {
      this.#isWelcome = true;
      this.#onWelcome?.();
    } else if (kind === 'metrics') this.#waiting.get(number)?.take(body);
    else if (kind === 'ask') void this.#answer(from, number);
  }

  /** To the primary this worker's own, to a worker those of all. */
  async #answer(to: number, number: number): Promise<void> {
    let body: string | undefined;
    try {
      const own = await this.#collect();
      body = packed(this.#link.id === 0 ? await this.collectAll(own) : own);
    } catch {
      // Whoever asked does without: the exporter is shut down, or not ready yet.
    }
    this.#link.send(to, this.#message('metrics', number, body));
  }
}

function scopesOf(body: string, worker: number): ScopeMetrics[] {
  try {
    return unpacked(body, WORKER, String(worker));
  } catch (error) {
    const text = `Prometheus: the metrics of worker ${worker} could not be read`;
    reportOnce('warn', 'prometheus_cluster', `unreadable ${worker}`, text, error);
    return [];
  }
}
