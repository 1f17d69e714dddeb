import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPartnerDesk } from '#main/demo/partner-desk.ts';
import type { PartnerDesk, PartnerRequest } from '#main/demo/partner-desk.ts';

const WMS_SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const BUYER_SECRET = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;

let desk: PartnerDesk;
let requests: PartnerRequest[];
beforeEach(async () => {
  requests = [];
  desk = await openPartnerDesk({
    wmsSecret: WMS_SECRET,
    buyerSecret: BUYER_SECRET,
    now: Date.now,
    onRequest: (request) => requests.push(request),
  });
});
afterEach(() => desk.stop());

async function send(options: {
  url?: string;
  id?: string;
  type?: string;
  at?: number;
  secret?: string;
  tamper?: boolean;
  data?: unknown;
}): Promise<number> {
  const { url = desk.wmsUrl, id = 'ship:1', type = 'wms.ship', at = Date.now(), secret = WMS_SECRET } = options;
  const data = options.data ?? { channel: 'jd', shopId: 's', channelOrderId: '1', orderNo: 'JD1', lines: [] };
  const body = JSON.stringify({ type, timestamp: new Date(at).toISOString(), data });
  const timestamp = String(Math.floor(at / 1_000));
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  const answer = await fetch(url, {
    method: 'POST',
    body: options.tamper ? body.replace('"1"', '"2"') : body,
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1a,other v1,${signature}`,
    },
  });
  return answer.status;
}

describe('the simulated warehouse', () => {
  it('takes a signed message and does it once', async () => {
    expect(await send({})).toBe(202);
    expect(await send({})).toBe(200);
    expect(requests).toEqual([{ type: 'wms.ship', channel: 'jd', shopId: 's', channelOrderId: '1' }]);
    expect(desk.counts()).toEqual({ taken: 1, repeated: 1, refused: 0 });
  });

  it('takes the same order again under another key', async () => {
    await send({ id: 'ship:1' });
    await send({ id: 'hold:1', type: 'wms.hold' });
    await send({ id: 'ship:1:again' });
    expect(requests.map(({ type }) => type)).toEqual(['wms.ship', 'wms.hold', 'wms.ship']);
  });

  it('refuses a wrong secret, a changed body, an old message and a missing header', async () => {
    expect(await send({ secret: BUYER_SECRET })).toBe(401);
    expect(await send({ tamper: true })).toBe(401);
    expect(await send({ at: Date.now() - 6 * 60_000 })).toBe(401);
    expect((await fetch(desk.wmsUrl, { method: 'POST', body: '{}' })).status).toBe(401);
    expect(requests).toEqual([]);
  });

  it('refuses what is not about an order, and takes it when it is sent right', async () => {
    expect(await send({ data: { orderNo: 'JD1' } })).toBe(400);
    expect(await send({ type: 'wms.dance' })).toBe(400);
    expect(await send({})).toBe(202);
  });

  it('keeps the message service apart', async () => {
    expect(await send({ url: desk.buyerUrl, secret: BUYER_SECRET, type: 'buyer.message' })).toBe(202);
    expect(await send({ url: desk.buyerUrl, secret: WMS_SECRET, type: 'buyer.message' })).toBe(401);
    expect(requests.map(({ type }) => type)).toEqual(['buyer.message']);
  });
});
