import { streamPositionSchema } from '#shared/contract/index.ts';
import type { Answer, Principal, StreamPosition } from '#shared/contract/index.ts';
import type { HubLink } from '#main/gateway/link.ts';
import { EventBroadcast } from '#main/server/stream.ts';
import type { StreamSocket } from '#main/server/stream.ts';
import { EVENT, REQUEST, SUBSCRIBE, TAKEN, UNSUBSCRIBE } from './ipc-channels.ts';
import { isTrustedSender } from './policy.ts';

/** The parts of Electron's IPC this carrier needs; `ipcMain` and its events fit. */
export interface SenderContents {
  readonly id: number;
  isDestroyed(): boolean;
  send(channel: string, ...args: unknown[]): void;
  once(event: 'destroyed', listener: () => void): unknown;
  on(event: 'did-start-navigation', listener: (details: { isMainFrame: boolean; isSameDocument: boolean }) => void): unknown;
}
export interface ContractIpcEvent {
  readonly sender: SenderContents;
  readonly senderFrame: Parameters<typeof isTrustedSender>[0]['senderFrame'];
}
export interface ContractIpc {
  handle(channel: string, listener: (event: ContractIpcEvent, ...args: unknown[]) => unknown): void;
  on(channel: string, listener: (event: ContractIpcEvent, ...args: unknown[]) => void): unknown;
  removeHandler(channel: string): void;
  removeAllListeners(channel: string): unknown;
}

export interface ContractOptions {
  /** The person at this desk. The language comes with each request. */
  operator: Omit<Principal, 'locale'>;
  /** Address of the development server; null for the built page. */
  developmentUrl: string | null;
  /** An operator asked the hub to stop. */
  onStop: () => void;
}

/** A page's subscription as a stream: what was sent and not yet taken is the back-pressure, as with a socket. */
class PageSocket implements StreamSocket {
  bufferedAmount = 0;
  readonly #contents: SenderContents;
  readonly #id: number;

  constructor(contents: SenderContents, id: number) {
    this.#contents = contents;
    this.#id = id;
  }

  send(text: string): void {
    if (this.#contents.isDestroyed()) return;
    this.bufferedAmount += text.length;
    this.#contents.send(EVENT, this.#id, text);
  }

  taken(characters: number): void {
    this.bufferedAmount = Math.max(0, this.bufferedAmount - characters);
  }

  /** A page that takes nothing cannot be told anything either; when it wakes it is far behind and asks for snapshots. */
  close(): void {
    this.bufferedAmount = 0;
  }
}

const REFUSED: Answer<never> = {
  ok: false,
  error: { code: 'bad_request', message: '请求的内容不符合约定 / The request does not match its schema' },
};

/** Carries the contract over Electron's IPC, for the console's own page only. Returns what ends it. */
export function carryContract(ipc: ContractIpc, link: HubLink, options: ContractOptions): () => void {
  const broadcast = new EventBroadcast(link);
  const pages = new Map<number, Map<number, { socket: PageSocket; leave: () => void }>>();
  const trusted = (event: ContractIpcEvent) => isTrustedSender(event, options.developmentUrl);

  const leaveAll = (page: number) => {
    for (const { leave } of pages.get(page)?.values() ?? []) leave();
    pages.get(page)?.clear();
  };
  const subscriptionsOf = (contents: SenderContents) => {
    const known = pages.get(contents.id);
    if (known) return known;
    const fresh = new Map<number, { socket: PageSocket; leave: () => void }>();
    pages.set(contents.id, fresh);
    contents.once('destroyed', () => {
      leaveAll(contents.id);
      pages.delete(contents.id);
    });
    // A reloaded page starts over and knows nothing of its former subscriptions.
    contents.on('did-start-navigation', (details) => {
      if (details.isMainFrame && !details.isSameDocument) leaveAll(contents.id);
    });
    return fresh;
  };

  ipc.handle(REQUEST, async (event, method, params, language) => {
    if (!trusted(event)) throw new Error('untrusted sender');
    if (typeof method !== 'string') return REFUSED;
    const answer = await link.request(method, params, { ...options.operator, locale: language === 'en' ? 'en' : 'zh' });
    if (method === 'workspace.stop' && answer.ok) setImmediate(options.onStop);
    return answer;
  });
  ipc.on(SUBSCRIBE, (event, id, position) => {
    if (!trusted(event) || typeof id !== 'number') return;
    const read = streamPositionSchema.safeParse(position);
    const subscriptions = subscriptionsOf(event.sender);
    subscriptions.get(id)?.leave();
    const socket = new PageSocket(event.sender, id);
    // A position that makes no sense cannot be resumed: one of another run has the hub answer with a resync.
    const from: StreamPosition = read.success ? read.data : { epoch: '', seq: 0 };
    subscriptions.set(id, { socket, leave: broadcast.join(socket, from) });
  });
  ipc.on(UNSUBSCRIBE, (event, id) => {
    if (!trusted(event) || typeof id !== 'number') return;
    pages.get(event.sender.id)?.get(id)?.leave();
    pages.get(event.sender.id)?.delete(id);
  });
  ipc.on(TAKEN, (event, id, characters) => {
    if (!trusted(event) || typeof id !== 'number' || typeof characters !== 'number') return;
    pages.get(event.sender.id)?.get(id)?.socket.taken(characters);
  });

  return () => {
    ipc.removeHandler(REQUEST);
    for (const channel of [SUBSCRIBE, UNSUBSCRIBE, TAKEN]) ipc.removeAllListeners(channel);
    broadcast.close();
    pages.clear();
  };
}
