import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const WAREHOUSE_SECRET = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;

/** What the warehouse did for one idempotency key; however often it was asked. */
export interface WarehouseEffect {
  topic: string;
  orderNo: string;
  asked: number;
}

/** A warehouse system on loopback: takes signed messages, does each idempotency key once, answers badly now and then. */
export class WarehouseDouble {
  readonly effects = new Map<string, WarehouseEffect>();
  /** Messages whose signature or repeated content was wrong. */
  readonly wrong: string[] = [];
  readonly #server: Server;
  readonly #chance: () => number;
  troubled = true;

  constructor(chance: () => number) {
    this.#chance = chance;
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/wms`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      // The sender was killed while sending: nothing was asked for.
      return;
    }
    const body = Buffer.concat(chunks);
    const luck = this.troubled ? this.#chance() : 1;
    // Fails before doing it, or does it and loses the answer: either way it will be asked again.
    if (luck < 0.05) return void response.writeHead(500).end();
    this.#do(request, body);
    if (luck < 0.1) return void request.socket.destroy();
    response.writeHead(204).end();
  }

  #do(request: IncomingMessage, body: Buffer): void {
    const id = String(request.headers['webhook-id']);
    const content = `${id}.${String(request.headers['webhook-timestamp'])}.`;
    const key = Buffer.from(WAREHOUSE_SECRET.slice('whsec_'.length), 'base64');
    const expected = Buffer.from(`v1,${createHmac('sha256', key).update(content).update(body).digest('base64')}`);
    const given = Buffer.from(String(request.headers['webhook-signature']));
    if (expected.length !== given.length || !timingSafeEqual(expected, given)) this.wrong.push(`signature of ${id}`);
    const { type, data } = JSON.parse(body.toString()) as { type: string; data: { orderNo: string } };
    const idempotencyKey = String(request.headers['idempotency-key']);
    const known = this.effects.get(idempotencyKey);
    if (!known) this.effects.set(idempotencyKey, { topic: type, orderNo: data.orderNo, asked: 1 });
    else if (known.topic !== type || known.orderNo !== data.orderNo) this.wrong.push(`content of ${id}`);
    else known.asked += 1;
  }
}
