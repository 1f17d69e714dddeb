import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PartnerDoor } from '#main/hub/partner-doors/door.ts';
import { kdniaoDoor } from '#main/hub/partner-doors/kdniao.ts';
import { kuaidi100Door } from '#main/hub/partner-doors/kuaidi100.ts';
import { kdniaoSign, kuaidi100Sign } from '#main/hub/partner-doors/sign.ts';
import { SUBSCRIBED } from '#main/hub/partner-doors/subscribed.ts';
import { wmsDoor } from '#main/hub/partner-doors/wms.ts';
import type { InboxMessage } from '#main/hub/ports.ts';
import { BAD_JSON, placesOf, replaced } from '#test/support/bad-values.ts';
import { signStandard } from '#test/support/webhooks.ts';

const NOW = Date.parse('2026-01-05T10:00:00+08:00');
const SEED = 20_250_618;
const HERE = '\u0001here';
const SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
const form = (fields: Record<string, string>) => ({ headers: {}, body: Buffer.from(new URLSearchParams(fields).toString()) });

interface Caller {
  name: string;
  door: PartnerDoor;
  sample: unknown;
  /** As the partner sends it. */
  send(json: string): Parameters<PartnerDoor['verify']>[0];
}
const CALLERS: readonly Caller[] = [
  {
    name: 'kuaidi100',
    door: kuaidi100Door({ salt: 'salt' }, () => true),
    sample: {
      ...{ status: 'polling', message: '', autoCheck: '1', comOld: 'yuantong' },
      lastResult: { com: 'yuantong', nu: 'YT1', state: '3', data: [{ time: '2026-01-05 09:10:00', ftime: '', context: '已签收' }] },
    },
    send: (param) => form({ param, sign: kuaidi100Sign(param, 'salt') }),
  },
  {
    name: 'kdniao',
    door: kdniaoDoor({ businessId: '1', apiKey: 'key' }),
    sample: {
      Data: [
        {
          ShipperCode: 'YTO',
          LogisticCode: 'YT1',
          State: '3',
          Reason: '',
          Traces: [{ AcceptTime: '2026/1/5 9:10:00', AcceptStation: '已签收' }],
        },
      ],
    },
    send: (data) => form({ RequestData: data, RequestType: '101', DataSign: kdniaoSign(data, 'key') }),
  },
  {
    name: 'wms',
    door: wmsDoor({ secret: SECRET }),
    sample: {
      ...{ type: 'shipment.shipped', timestamp: '2026-01-05T09:00:00+08:00' },
      data: { orderNo: 'OP1', trackingNumber: 'YT1', carrier: 'yto', reason: { zh: '无', en: 'none' } },
    },
    send: (json) => signStandard(SECRET, 'msg_1', NOW, json),
  },
];

/** Refused in words, or read as reports that can be kept. */
function called({ door, send }: Caller, json: string): 'refused' | 'read' {
  const verified = door.verify(send(json), NOW);
  if (!verified.ok) {
    expect(verified.reason.zh).not.toBe('');
    return 'refused';
  }
  for (const { topic, body } of verified.messages) {
    const read = door.read({ topic, body, receivedAt: NOW } as InboxMessage);
    structuredClone(read);
    if (!read.ok) {
      expect(read.reason.zh).not.toBe('');
      return 'refused';
    }
    for (const { at, text } of read.reports)
      expect([Number.isSafeInteger(at), typeof text.zh, typeof text.en]).toEqual([true, 'string', 'string']);
  }
  return 'read';
}

describe.each(CALLERS)('a call-back of $name', (caller) => {
  test('with anything in any of its places is refused in words or read', () => {
    const places = placesOf(caller.sample);
    expect(called(caller, JSON.stringify(caller.sample))).toBe('read');
    const change = (place: number, json: string) =>
      void called(
        caller,
        JSON.stringify(replaced(caller.sample, places[place] ?? [], HERE)).replace(JSON.stringify(HERE), () => json),
      );
    fc.assert(fc.property(fc.nat(places.length - 1), fc.constantFrom(...BAD_JSON), change), { numRuns: 160, seed: SEED });
    expect(called(caller, BAD_JSON.at(-1) as string)).toBe('refused');
  });

  test('of any bytes is refused, signed or not', () => {
    const bodies = fc.oneof(
      fc.uint8Array(),
      fc.string(),
      fc.constantFrom(...BAD_JSON, 'param=%', 'RequestData=%FF&RequestType=101', '='.repeat(100_000)),
    );
    const bring = (written: Uint8Array | string) => {
      expect(caller.door.verify({ headers: {}, body: Buffer.from(written) }, NOW).ok).toBe(false);
      expect(called(caller, Buffer.from(written).toString())).toBe('refused');
    };
    fc.assert(fc.property(bodies, bring), { numRuns: 80, seed: SEED });
  });

  test('kept by an earlier program is read or not, and never an error', () => {
    for (const topic of [SUBSCRIBED, '', '101', 'polling'])
      for (const json of BAD_JSON)
        structuredClone(caller.door.read({ topic, body: new Uint8Array(Buffer.from(json)), receivedAt: NOW } as InboxMessage));
  });
});
