import { createHash } from 'node:crypto';
import { z } from 'zod';
import { businessDateTime, parseBusinessTime } from '#shared/time.ts';
import { parseJson } from '#main/channels/kit/json.ts';
import { readAs } from '#main/channels/kit/reasons.ts';
import { sameText } from '#main/channels/kit/sign.ts';
import type { PartnerReport } from '../partner-ports.ts';
import { carrierOf } from './carriers.ts';
import { formOf, refusal, UNREADABLE, WRONG_SIGN } from './door.ts';
import type { PartnerDoor } from './door.ts';
import { kdniaoSign } from './sign.ts';
import { readSubscribed, SUBSCRIBED } from './subscribed.ts';

const text = z.union([z.string(), z.number()]).transform(String);
const pushSchema = z.object({
  Data: z.array(
    z.object({
      ShipperCode: z.string().min(1),
      LogisticCode: text,
      State: text.nullish(),
      Reason: z.string().nullish(),
      Traces: z.array(z.object({ AcceptTime: z.string(), AcceptStation: z.string() })).nullish(),
    }),
  ),
});
type Pushed = z.output<typeof pushSchema>['Data'][number];

/** `2025/06/18 20:15:33` occurs beside `2025-06-18 20:15:33`. */
function timeOf(written: string): number {
  return parseBusinessTime(written.replaceAll('/', '-')) ?? 0;
}

function reportOf({ ShipperCode, LogisticCode, State, Reason, Traces }: Pushed, receivedAt: number): PartnerReport {
  const carrier = carrierOf('kdniao', ShipperCode);
  const trace = (Traces ?? []).map((entry) => ({ at: timeOf(entry.AcceptTime), text: entry.AcceptStation })).sort((a, b) => b.at - a.at);
  const [newest] = trace;
  const words = newest?.text ?? Reason ?? '';
  return {
    order: { carrier, number: LogisticCode },
    kind: State === '3' ? 'delivered' : State === '4' ? 'exception' : 'trace',
    at: newest?.at || receivedAt,
    ...{ trackingNumber: LogisticCode, carrier, text: { zh: words, en: words }, trace },
  };
}

/** Kdniao's push: a form with `RequestData`, `RequestType` 101 or 102 and `DataSign`. */
export function kdniaoDoor({ businessId, apiKey }: { businessId: string; apiKey: string }): PartnerDoor {
  return {
    verify({ body }, now) {
      const form = formOf(body);
      const data = form.get('RequestData');
      if (data === null || !['101', '102'].includes(form.get('RequestType') ?? '')) return refusal(400, UNREADABLE);
      // A base64 sign that was not percent-encoded has its plus signs read as blanks.
      if (!sameText((form.get('DataSign') ?? '').replaceAll(' ', '+'), kdniaoSign(data, apiKey))) return refusal(401, WRONG_SIGN);
      const answer = { EBusinessID: businessId, UpdateTime: businessDateTime(now), Success: true, Reason: '' };
      return {
        ok: true,
        messages: [
          {
            deliveryId: createHash('sha256').update(data).digest('hex').slice(0, 40),
            topic: form.get('RequestType') ?? '',
            body: new TextEncoder().encode(data),
          },
        ],
        acknowledge: { status: 200, contentType: 'application/json', body: JSON.stringify(answer) },
      };
    },
    read({ topic, body, receivedAt }) {
      if (topic === SUBSCRIBED) return readSubscribed(body, receivedAt);
      const parsed = parseJson(body);
      const push = parsed.ok ? readAs(pushSchema, parsed.value) : parsed;
      return push.ok ? { ok: true, reports: push.value.Data.map((entry) => reportOf(entry, receivedAt)) } : push;
    },
  };
}
