import { SECOND } from '#shared/time.ts';
import type { PushMessage } from '../channel.ts';
import { ChannelError } from '../errors.ts';
import { fields, text } from '../kit/fields.ts';
import type { Fields } from '../kit/fields.ts';
import { parseText, writeJson } from '../kit/json.ts';

/** The platform wants a sign of life every 5 to 10 s. */
const HEARTBEAT_MS = 7 * SECOND;

export interface PmcConnection {
  /** Signed address, `ws:` or `wss:`. */
  url: string;
  take(messages: readonly PushMessage[]): Promise<void>;
  wait(ms: number, signal: AbortSignal): Promise<void>;
  now(): number;
  signal: AbortSignal;
}

/**
 * One message connection until it ends: quietly when aborted, by ChannelError `transient` when the platform or the network
 * ended it. Each message is acknowledged after `take` resolved, with its own 64-bit id as a bare number; what is not
 * acknowledged comes again.
 */
export async function listenPmc({ url, take, wait, now, signal }: PmcConnection): Promise<void> {
  if (signal.aborted) return;
  const socket = new WebSocket(url);
  const ended = new AbortController();
  const end = () => ended.abort();
  signal.addEventListener('abort', end, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      let work = Promise.resolve();
      const fail = (error: unknown) => reject(error instanceof ChannelError ? error : lost());
      ended.signal.addEventListener('abort', () => resolve(), { once: true });
      socket.addEventListener('error', () => fail(null));
      socket.addEventListener('close', () => fail(null));
      socket.addEventListener('open', () => void beat(socket, wait, now, ended.signal));
      socket.addEventListener('message', ({ data }) => {
        work = work.then(() => received(String(data), socket, take)).catch(fail);
      });
    });
  } finally {
    end();
    signal.removeEventListener('abort', end);
    socket.close();
  }
}

function lost(): ChannelError {
  return new ChannelError('transient', { detail: 'WebSocket' });
}

async function beat(socket: WebSocket, wait: PmcConnection['wait'], now: () => number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && socket.readyState === WebSocket.OPEN) {
    socket.send(writeJson({ commandType: 'HeartBeat', time: now() }));
    await wait(HEARTBEAT_MS, signal);
  }
}

async function received(frameText: string, socket: WebSocket, take: PmcConnection['take']): Promise<void> {
  const parsed = parseText(frameText);
  // A broken frame is not acknowledged, so the platform sends it again.
  if (!parsed.ok) return;
  const frame = fields(parsed.value);
  if (text(frame.commandType) === 'Fail') throw lost();
  const message = fields(frame.message);
  const id = text(frame.id);
  if (text(frame.commandType) !== 'Common' || id === '') return;
  await take([{ deliveryId: `pmc:${id}`, topic: text(message.type), body: Buffer.from(writeJson(frame), 'utf8') }]);
  if (socket.readyState === WebSocket.OPEN) socket.send(acknowledgement(frame, message));
}

/** 64-bit integers were read as text and go out as digits. */
function acknowledgement(frame: Fields, message: Fields): string {
  const exact = (value: unknown) => (typeof value === 'string' && /^\d+$/.test(value) ? BigInt(value) : value);
  return writeJson({ id: exact(frame.id), commandType: 'Ack', sendTime: exact(frame.sendTime), mallID: exact(message.mallID) });
}
