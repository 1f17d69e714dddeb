import type { Answer, StreamEvent, StreamPosition } from '#shared/contract/index.ts';
import { SECOND } from '#shared/time.ts';
import { CarrierFailure, type Carrier, type StreamListener } from './carrier.ts';

/** The hub ticks once a second; a stream that is silent this long is dead even if the socket looks open. */
const SILENCE_LIMIT = 8 * SECOND;
const REQUEST_LIMIT = 20 * SECOND;
/** Application close codes of the server host: a login is wanted; the position was no position. */
const LOGIN_WANTED = 4401;
const BAD_POSITION = 4400;
const FIRST_RETRY = 0.4 * SECOND;
const LAST_RETRY = 4 * SECOND;

/** The server host: `POST /rpc/<method>` and a WebSocket on `/events`; the login cookie travels by itself. */
export function httpCarrier(base: string = location.origin): Carrier {
  return {
    kind: 'http',
    request: (method, params, locale) => post(`${base}/rpc/${method}`, params, { 'accept-language': locale }),
    subscribe: (position, listener) => new EventSocket(base, position, listener).start(),
    login: (token) => post(`${base}/login`, { token }, {}),
  };
}

async function post(url: string, body: unknown, headers: Record<string, string>): Promise<Answer<unknown>> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
      credentials: 'same-origin',
      signal: AbortSignal.timeout(REQUEST_LIMIT),
    });
  } catch (error) {
    throw new CarrierFailure(error instanceof Error ? error.message : String(error));
  }
  const answer: unknown = await response.json().catch(() => null);
  if (isAnswer(answer)) return answer;
  if (response.status === 401) return { ok: false, error: { code: 'unauthenticated', message: response.statusText } };
  throw new CarrierFailure(`HTTP ${response.status}`);
}

function isAnswer(value: unknown): value is Answer<unknown> {
  return typeof value === 'object' && value !== null && 'ok' in value && ('value' in value || 'error' in value);
}

/** One subscription over reconnecting sockets: resumes after the last event it delivered, with back-off and jitter. */
class EventSocket {
  readonly #base: string;
  readonly #listener: StreamListener;
  #position: StreamPosition;
  #socket: WebSocket | null = null;
  #retry = FIRST_RETRY;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #silenceTimer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;
  readonly #wake = (): void => this.#openSoon(0);

  constructor(base: string, position: StreamPosition, listener: StreamListener) {
    this.#base = base;
    this.#position = position;
    this.#listener = listener;
  }

  start(): () => void {
    globalThis.addEventListener('online', this.#wake);
    this.#open();
    return () => this.#stop();
  }

  #stop(): void {
    this.#stopped = true;
    globalThis.removeEventListener('online', this.#wake);
    clearTimeout(this.#retryTimer);
    clearTimeout(this.#silenceTimer);
    this.#socket?.close();
  }

  #open(): void {
    if (this.#stopped || this.#socket) return;
    const url = new URL('/events', this.#base);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    if (this.#position) {
      url.searchParams.set('epoch', this.#position.epoch);
      url.searchParams.set('seq', String(this.#position.seq));
    }
    const socket = new WebSocket(url);
    this.#socket = socket;
    socket.onopen = () => {
      this.#retry = FIRST_RETRY;
      this.#listener.state('open');
      this.#watchSilence(socket);
    };
    socket.onmessage = (message) => {
      this.#watchSilence(socket);
      const parsed = JSON.parse(String(message.data)) as StreamEvent | StreamEvent[];
      for (const event of Array.isArray(parsed) ? parsed : [parsed]) {
        this.#position = { epoch: event.epoch, seq: event.seq };
        this.#listener.event(event);
      }
    };
    socket.onclose = (close) => this.#closed(socket, close.code);
  }

  #closed(socket: WebSocket, code: number): void {
    if (this.#socket !== socket) return;
    this.#socket = null;
    clearTimeout(this.#silenceTimer);
    if (this.#stopped) return;
    if (code === BAD_POSITION) this.#position = null;
    this.#listener.state(code === LOGIN_WANTED ? 'refused' : 'broken');
    this.#openSoon(this.#retry * (0.75 + Math.random() / 2));
    this.#retry = Math.min(this.#retry * 2, LAST_RETRY);
  }

  #openSoon(delay: number): void {
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(() => this.#open(), delay);
  }

  /** A cable pulled out closes nothing: only the missing tick shows it. */
  #watchSilence(socket: WebSocket): void {
    clearTimeout(this.#silenceTimer);
    this.#silenceTimer = setTimeout(() => {
      socket.onclose = null;
      socket.close();
      this.#closed(socket, 1006);
    }, SILENCE_LIMIT);
  }
}
