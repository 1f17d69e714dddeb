import { once } from 'node:events';
import pino from 'pino';
import { WebSocket } from 'ws';
import type { Answer, StreamEvent, StreamPosition } from '#shared/contract/index.ts';
import { createBridge } from '#main/electron/bridge.ts';
import { carryContract } from '#main/electron/contract.ts';
import { PAGE_URL } from '#main/electron/page.ts';
import type { HubLink } from '#main/gateway/link.ts';
import { Access } from '#main/server/access.ts';
import { createServer } from '#main/server/app.ts';
import { portOf } from '#main/server/port.ts';
import { IpcPair } from './ipc-pair.ts';

/** A console's way to the hub, whatever carries it. */
export interface CarrierClient {
  request(method: string, params: unknown, locale?: 'zh' | 'en'): Promise<Answer<unknown>>;
  /** Resolves once the subscription stands at the hub. */
  subscribe(position: StreamPosition, listener: (event: StreamEvent) => void): Promise<() => void>;
  close(): Promise<void>;
}
export type OpenCarrier = (link: HubLink) => Promise<CarrierClient>;

const TOKEN = 'token-of-the-administrator';

/** HTTP and WebSocket over a real loopback socket. */
export const openHttpCarrier: OpenCarrier = async (link) => {
  const app = await createServer({
    link,
    access: new Access([{ operator: 'admin', role: 'admin', token: TOKEN }]),
    host: '127.0.0.1',
    allowedHosts: [],
    tls: null,
    consoleDirectory: '/nowhere',
    logger: pino({ level: 'silent' }),
    onStop: () => undefined,
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const base = `127.0.0.1:${portOf(app)}`;
  const authorization = `Bearer ${TOKEN}`;
  return {
    async request(method, params, locale = 'zh') {
      const response = await fetch(`http://${base}/rpc/${method}`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json', 'x-locale': locale },
        body: JSON.stringify(params),
      });
      return (await response.json()) as Answer<unknown>;
    },
    async subscribe(position, listener) {
      const query = position ? `?epoch=${encodeURIComponent(position.epoch)}&seq=${position.seq}` : '';
      const socket = new WebSocket(`ws://${base}/events${query}`, { headers: { authorization } });
      socket.on('message', (data) => listener(JSON.parse(String(data)) as StreamEvent));
      await once(socket, 'open');
      return () => socket.close();
    },
    close: () => app.close(),
  };
};

/** Electron's IPC, through a pair that clones and delays like the real one. */
export const openIpcCarrier: OpenCarrier = async (link) => {
  const pair = new IpcPair();
  const end = carryContract(pair.main, link, {
    operator: { operator: 'admin', role: 'admin' },
    developmentUrl: null,
    onStop: () => undefined,
  });
  let language: 'zh' | 'en' = 'zh';
  const page = pair.openPage(PAGE_URL);
  const bridge = createBridge(page.ipc, () => language);
  return {
    request(method, params, locale = 'zh') {
      language = locale;
      return bridge.request(method, params);
    },
    async subscribe(position, listener) {
      const leave = bridge.subscribe(position, listener);
      await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
      return leave;
    },
    async close() {
      end();
      page.destroy();
    },
  };
};
