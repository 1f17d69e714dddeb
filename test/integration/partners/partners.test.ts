import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterEach, describe, expect, test } from 'vitest';
import type { Delivery } from '#main/hub/ports.ts';
import { deliverersOf } from '#main/partners/deliverers.ts';
import { mailDeliverer, mustEncrypt } from '#main/partners/mail.ts';
import { signedHttpDeliverer } from '#main/partners/signed-http.ts';
import { signStandard } from '#test/support/webhooks.ts';

const SECRET = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
const NOW = Date.parse('2025-06-18T02:00:00Z');
const DELIVERY: Delivery = { topic: 'wms.ship', key: 'wms.ship:SW1:3', payload: { orderNo: 'SW1' }, createdAt: NOW - 5_000, attempt: 1 };

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function httpTarget(status: number) {
  const seen: { headers: IncomingHttpHeaders; body: string }[] = [];
  const server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      seen.push({ headers: request.headers, body });
      response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => new Promise((resolve) => server.close(resolve)));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/key/very-secret`;
  return {
    seen,
    deliverer: signedHttpDeliverer({ target: 'wms', topics: ['wms.ship'], url, secret: SECRET, timeoutMs: 1_000, now: () => NOW }),
  };
}

describe('signed HTTP', () => {
  test('sends a Standard Webhook that its own verifier would sign the same, under the idempotency key', async () => {
    const { seen, deliverer } = await httpTarget(204);
    await deliverer.deliver(DELIVERY);
    const [message] = seen;
    expect(JSON.parse(message?.body ?? '')).toEqual({ type: 'wms.ship', timestamp: '2025-06-18T01:59:55.000Z', data: { orderNo: 'SW1' } });
    const id = String(message?.headers['webhook-id']);
    expect(id).not.toContain('.');
    expect(message?.headers['webhook-signature']).toBe(signStandard(SECRET, id, NOW, message?.body).headers['webhook-signature']);
    expect(message?.headers['idempotency-key']).toBe(DELIVERY.key);
    await deliverer.deliver(DELIVERY);
    expect(seen[1]?.headers['webhook-id']).toBe(id);
  });

  test.each([
    [400, true],
    [404, true],
    [408, false],
    [429, false],
    [500, false],
    [302, false],
  ])('HTTP %i is refused, for good: %s', async (status, permanent) => {
    const { deliverer } = await httpTarget(status);
    await expect(deliverer.deliver(DELIVERY)).rejects.toMatchObject({
      name: 'DeliveryError',
      permanent,
      message: `The target answered HTTP ${status}.`,
    });
  });

  test('a target that is not there is tried again; neither address nor secret is in the error', async () => {
    const deliverer = signedHttpDeliverer({
      target: 'wms',
      topics: [],
      url: 'http://127.0.0.1:1/key/very-secret',
      secret: SECRET,
      timeoutMs: 500,
      now: () => NOW,
    });
    const error = await deliverer.deliver(DELIVERY).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'DeliveryError', permanent: false });
    expect(JSON.stringify([String(error), error])).not.toMatch(/very-secret|whsec_|BQUF/);
  });
});

describe('mail', () => {
  async function smtpTarget(reply?: { code: number; message: string }) {
    const mails: string[] = [];
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onData(stream, _session, done) {
        let text = '';
        stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
        stream.on('end', () => {
          mails.push(text);
          done(reply ? Object.assign(new Error(reply.message), { responseCode: reply.code }) : null);
        });
      },
    });
    server.listen(0, '127.0.0.1');
    await once(server.server, 'listening');
    closers.push(() => new Promise<void>((resolve) => server.close(() => resolve())));
    const smtp = `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
    return { mails, deliverer: mailDeliverer({ smtp, from: 'orders@shop.example', operations: 'ops@shop.example', timeoutMs: 2_000 }) };
  }
  const held: Delivery = {
    topic: 'mail',
    key: 'mail:SW1:1',
    createdAt: NOW,
    attempt: 1,
    payload: {
      orderNo: 'SW1',
      sentence: { zh: '优惠券占实付 96%\r\nBcc: all@shop.example', en: 'Coupon 96 % of paid' },
      severity: 'medium',
    },
  };

  test.each([
    ['smtp://ops:pw@mail.example:587', true],
    ['smtps://ops:pw@mail.example:465', false],
    ['smtp://mail.example:25', false],
    ['smtp://ops:pw@127.0.0.1:2525', false],
    ['no address', false],
  ])('%s: the password waits for encryption: %s', (smtp, waits) => expect(mustEncrypt(smtp)).toBe(waits));

  test('goes to operations in both languages; the same key has the same Message-ID; order text cannot add headers', async () => {
    const { mails, deliverer } = await smtpTarget();
    await deliverer.deliver(held);
    await deliverer.deliver(held);
    const idOf = (mail: string | undefined) => /^Message-ID: (.*)$/im.exec(mail ?? '')?.[1];
    expect(idOf(mails[0])).toBeDefined();
    expect(idOf(mails[1])).toBe(idOf(mails[0]));
    const [headers = '', body = ''] = (mails[0] ?? '').split('\r\n\r\n');
    expect(headers).toMatch(/^To: ops@shop\.example$/im);
    expect(headers).not.toMatch(/^Bcc:/im);
    const text = Buffer.from(body, 'base64').toString();
    expect(text).toContain('优惠券占实付 96%');
    expect(text).toContain('Coupon 96 % of paid');
    expect(text).toContain('SW1');
  });

  test.each([
    [451, false],
    [550, true],
  ])('answer %i: for good %s, without the words of the server', async (code, permanent) => {
    const { deliverer } = await smtpTarget({ code, message: 'no such user ops@shop.example' });
    await expect(deliverer.deliver(held)).rejects.toMatchObject({ permanent, message: `The mail server answered ${code}.` });
  });

  test('a server that is not there is tried again', async () => {
    const deliverer = mailDeliverer({
      smtp: 'smtp://user:pass-word@127.0.0.1:1',
      from: 'a@b.example',
      operations: 'c@d.example',
      timeoutMs: 500,
    });
    const error = await deliverer.deliver(held).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ permanent: false });
    expect(String(error)).not.toContain('pass-word');
  });
});

test('a configuration names its targets', () => {
  const target = { url: 'http://127.0.0.1:9/x', secret: SECRET };
  const mail = { smtp: 'smtp://127.0.0.1:9', from: 'a@b.example', operations: 'c@d.example' };
  const topics = deliverersOf({ wms: target, buyer: target, mail }, 1_000, () => NOW).map((one) => [one.target, one.topics]);
  expect(topics).toEqual([
    ['wms', ['wms.ship', 'wms.hold', 'wms.recall']],
    ['buyer', ['buyer.message']],
    ['mail', ['mail']],
  ]);
  expect(deliverersOf({}, 1_000, () => NOW)).toEqual([]);
});
