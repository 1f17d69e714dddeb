import type { HttpResponse, Transport } from '#main/channels/transport.ts';
import { nestedArrays } from './bad-values.ts';

const BODIES = [
  '',
  '<html>502 Bad Gateway</html>',
  'null',
  '[]',
  '{}',
  '"ok"',
  '0',
  '{"code":0}',
  '{"data":null,"result":{"orders":[null,1,"x",{}]}}',
  '{"__proto__":{"polluted":true}}',
  '\uFEFF{',
  JSON.stringify(nestedArrays(3_000)),
];
const STATUSES = [200, 200, 200, 204, 301, 401, 429, 500];

/** A platform that answers at once and never what was asked for. */
export function garbagePlatform(): Transport {
  let calls = 0;
  return {
    send({ url }): Promise<HttpResponse> {
      const [turn, now] = [url.length + (calls += 1), Date.now()];
      const body = new TextEncoder().encode(BODIES[turn % BODIES.length]);
      const status = STATUSES[turn % STATUSES.length] as number;
      return Promise.resolve({ status, headers: {}, body, sentAt: now, receivedAt: now, date: turn % 2 === 0 ? now : null });
    },
    close: () => undefined,
  };
}
