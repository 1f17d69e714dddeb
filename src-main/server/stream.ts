import type { StreamEvent, StreamPosition } from '#shared/contract/index.ts';
import type { HubLink } from '#main/gateway/link.ts';
import { SECOND } from '#shared/time.ts';

/** The part of a WebSocket a stream needs. */
export interface StreamSocket {
  /** Bytes handed over and not yet taken by the network. */
  readonly bufferedAmount: number;
  send(text: string): void;
  close(code: number, reason: string): void;
}

/** Bytes a console may lag before events are no longer kept for it, and below which it is told to fetch snapshots. */
const HIGH_WATER = 1024 * 1024;
const LOW_WATER = 64 * 1024;
const CHECK_EVERY = 250;
/** A console that takes nothing for this long is gone. */
const LONGEST_LAG = 30 * SECOND;
/** WebSocket close code "try again later" (RFC 6455 registry). */
const TRY_AGAIN = 1013;

interface Numbered {
  event: StreamEvent;
  text: string;
}

/** One console's stream: what it missed first, then live, never out of order, never more than the water mark in memory. */
class ConsoleStream {
  readonly #socket: StreamSocket;
  /** Live events that arrive while the missed ones are being fetched. */
  #held: Numbered[] | null = [];
  #last: { epoch: string; seq: number } | null = null;
  #lag: { since: number; timer: NodeJS.Timeout } | null = null;

  constructor(socket: StreamSocket) {
    this.#socket = socket;
  }

  /** Sends what was missed, then lets the live events through. */
  begin(missed: readonly StreamEvent[]): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const event of missed) this.offer({ event, text: JSON.stringify(event) });
    for (const entry of held) this.offer(entry);
  }

  offer(entry: Numbered): void {
    if (this.#held) {
      this.#held.push(entry);
      return;
    }
    const { epoch, seq } = entry.event;
    if (this.#last && this.#last.epoch === epoch && seq <= this.#last.seq && entry.event.name !== 'resync') return;
    this.#last = { epoch, seq };
    if (this.#lag) return;
    if (this.#socket.bufferedAmount > HIGH_WATER) {
      this.#lag = { since: Date.now(), timer: setInterval(() => this.#checkLag(), CHECK_EVERY) };
      return;
    }
    this.#socket.send(entry.text);
  }

  end(): void {
    if (this.#lag) clearInterval(this.#lag.timer);
    this.#lag = null;
  }

  #checkLag(): void {
    if (!this.#lag || !this.#last) return;
    if (this.#socket.bufferedAmount <= LOW_WATER) {
      this.end();
      const resync: StreamEvent = { ...this.#last, name: 'resync', payload: {} };
      this.#socket.send(JSON.stringify(resync));
    } else if (Date.now() - this.#lag.since > LONGEST_LAG) {
      this.end();
      this.#socket.close(TRY_AGAIN, 'too slow');
    }
  }
}

/** Carries the hub's events to any number of consoles: one subscription, each event turned to text once. */
export class EventBroadcast {
  readonly #link: HubLink;
  readonly #streams = new Set<ConsoleStream>();
  readonly #unsubscribe: () => void;

  constructor(link: HubLink) {
    this.#link = link;
    this.#unsubscribe = link.subscribe((event) => {
      if (this.#streams.size === 0) return;
      const entry = { event, text: JSON.stringify(event) };
      for (const stream of this.#streams) stream.offer(entry);
    });
  }

  get consoles(): number {
    return this.#streams.size;
  }

  /** Adds a console that stands at `position`; returns what to call when it is gone. */
  join(socket: StreamSocket, position: StreamPosition): () => void {
    const stream = new ConsoleStream(socket);
    this.#streams.add(stream);
    const leave = () => {
      this.#streams.delete(stream);
      stream.end();
    };
    const missed = position === null ? Promise.resolve([]) : this.#link.resume(position);
    missed.then(
      (events) => stream.begin(events),
      () => {
        leave();
        socket.close(TRY_AGAIN, 'the hub is away');
      },
    );
    return leave;
  }

  close(): void {
    this.#unsubscribe();
    for (const stream of this.#streams) stream.end();
    this.#streams.clear();
  }
}
