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
const parcelSchema = z.object({
  ShipperCode: z.string().min(1),
  LogisticCode: text,
  State: text.nullish(),
  Reason: z.string().nullish(),
  Traces: z.array(z.object({ AcceptTime: z.string(), AcceptStation: z.string().nullish() })).nullish(),
});
/** A lone parcel may come without its list. */
const pushSchema = z.object({ Data: z.union([z.array(parcelSchema), parcelSchema.transform((parcel) => [parcel])]) });
type Pushed = z.output<typeof pushSchema>['Data'][number];

/** `2025/06/18 20:15:33` occurs beside `2025-06-18 20:15:33`, and figures of one digit. */
function timeOf(written: string): number {
  const padded = written.replaceAll('/', '-').replace(/(?<=^|[- :])\d(?=$|[- :])/g, '0$&');
  return parseBusinessTime(padded) ?? 0;
}

/** Newest first. Which end of the list that is was not confirmed; of one second the one nearer to the newer end is the later. */
function traceOf(entries: NonNullable<Pushed['Traces']>): { at: number; text: string }[] {
  const trace = entries.map((entry) => ({ at: timeOf(entry.AcceptTime), text: entry.AcceptStation ?? '' }));
  const oldestFirst = (trace[0]?.at ?? 0) <= (trace.at(-1)?.at ?? 0);
  return (oldestFirst ? trace.toReversed() : trace).sort((a, b) => b.at - a.at);
}

function reportOf({ ShipperCode, LogisticCode, State, Reason, Traces }: Pushed, receivedAt: number): PartnerReport {
  const carrier = carrierOf('kdniao', ShipperCode);
  const trace = traceOf(Traces ?? []);
  const [newest] = trace;
  const words = newest?.text ?? Reason ?? '';
  return {
    order: { carrier, number: LogisticCode },
    kind: State === '3' ? 'delivered' : State === '4' ? 'exception' : 'trace',
    at: newest?.at || receivedAt,
    ...{ trackingNumber: LogisticCode, carrier, text: { zh: words, en: words }, trace },
  };
}

/** A sign as it was made, whether its form field was percent-encoded once, twice (as Kdniao's own calls are) or not at all. */
function signOf(form: URLSearchParams): string {
  const given = form.get('DataSign') ?? '';
  return given.replaceAll('%3D', '=').replaceAll('%2B', '+').replaceAll('%2F', '/').replaceAll(' ', '+');
}

/** Kdniao's push: a form with `RequestData`, `RequestType` 101 or 102 and `DataSign`. */
export function kdniaoDoor({ businessId, apiKey }: { businessId: string; apiKey: string }): PartnerDoor {
  return {
    verify({ body }, now) {
      const form = formOf(body);
      const data = form.get('RequestData');
      if (data === null || !['101', '102'].includes(form.get('RequestType') ?? '')) return refusal(400, UNREADABLE);
      if (!sameText(signOf(form), kdniaoSign(data, apiKey))) return refusal(401, WRONG_SIGN);
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
