import { createHash } from 'node:crypto';
import { z } from 'zod';
import { parseBusinessTime } from '#shared/time.ts';
import type { Acknowledgement } from '#main/channels/channel.ts';
import { parseJson } from '#main/channels/kit/json.ts';
import { readAs } from '#main/channels/kit/reasons.ts';
import { sameText } from '#main/channels/kit/sign.ts';
import type { PartnerReading, PartnerReport } from '../partner-ports.ts';
import { carrierOf } from './carriers.ts';
import { readSubscribed, SUBSCRIBED } from './subscribed.ts';
import { formOf, refusal, UNREADABLE, WRONG_SIGN } from './door.ts';
import type { PartnerDoor } from './door.ts';
import { kuaidi100Sign } from './sign.ts';

/** Anything else, and it is sent again half an hour later. */
const ACKNOWLEDGE: Acknowledgement = {
  status: 200,
  contentType: 'application/json',
  body: '{"result":true,"returnCode":"200","message":"成功"}',
};

const text = z.union([z.string(), z.number()]).transform(String);
const pushSchema = z.object({
  status: z.string(),
  message: z.string().nullish(),
  /** `1`: the carrier we named was none of this parcel's; `comOld` is the one we named, `lastResult.com` the one it found. */
  autoCheck: text.nullish(),
  comOld: z.string().nullish(),
  lastResult: z.object({
    com: z.string().min(1),
    nu: text,
    state: text.nullish(),
    data: z
      .array(z.object({ time: z.string().nullish(), ftime: z.string().nullish(), context: z.string().nullish() }))
      .nullish()
      .transform((entries) => entries ?? []),
  }),
});
type Pushed = z.output<typeof pushSchema>;

/**
 * 3 signed; 2 in trouble, 4 returned, 6 on its way back, 13 stopped by customs, 14 refused; the rest is on its way. Three digits are a state
 * more exactly (304 signed for by a locker, 203 refused), which begins with the digit of the state itself; four digits are on their way.
 * Source: api.kuaidi100.com, states of `resultv2=4`.
 */
function kindOf(state: string): PartnerReport['kind'] {
  const plain = state.length === 3 ? state.charAt(0) : state;
  if (plain === '3') return 'delivered';
  return ['2', '4', '6', '13', '14'].includes(plain) ? 'exception' : 'trace';
}

/** The carrier a parcel was subscribed with: a carrier that was corrected is still known here by the one we named. */
function subscribedCarrier({ autoCheck, comOld, lastResult }: Pushed): string {
  return carrierOf('kuaidi100', autoCheck === '1' && comOld ? comOld : lastResult.com);
}

/** `knows`: whether we follow this parcel; until then the call-back is refused and comes again. */
export function kuaidi100Door({ salt }: { salt: string | undefined }, knows: (carrier: string, number: string) => boolean): PartnerDoor {
  return {
    verify({ body }) {
      const form = formOf(body);
      const param = form.get('param');
      if (param === null) return refusal(400, UNREADABLE);
      if (salt !== undefined && !sameText((form.get('sign') ?? '').toUpperCase(), kuaidi100Sign(param, salt)))
        return refusal(401, WRONG_SIGN);
      const bytes = new TextEncoder().encode(param);
      const parsed = parseJson(bytes);
      const push = parsed.ok ? readAs(pushSchema, parsed.value) : parsed;
      if (!push.ok) return refusal(400, push.reason);
      const { nu } = push.value.lastResult;
      if (!knows(subscribedCarrier(push.value), nu)) {
        return refusal(400, { zh: `还没有跟踪包裹 ${nu}，请稍后重发`, en: `Parcel ${nu} is not followed yet; send again later` });
      }
      const deliveryId = `${nu}:${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}`;
      return { ok: true, messages: [{ deliveryId, topic: push.value.status, body: bytes }], acknowledge: ACKNOWLEDGE };
    },
    read: ({ topic, body, receivedAt }) => (topic === SUBSCRIBED ? readSubscribed(body, receivedAt) : pushed(body, receivedAt)),
  };
}

function pushed(body: Uint8Array, receivedAt: number): PartnerReading {
  const parsed = parseJson(body);
  const push = parsed.ok ? readAs(pushSchema, parsed.value) : parsed;
  if (!push.ok) return push;
  const { status, message, lastResult } = push.value;
  const carrier = subscribedCarrier(push.value);
  // The whole trace comes every time; which end is the newest is not relied upon.
  const trace = lastResult.data
    .map((entry) => ({ at: parseBusinessTime(entry.ftime || entry.time || '') ?? 0, text: entry.context ?? '' }))
    .sort((a, b) => b.at - a.at);
  const [newest] = trace;
  const ended = status === 'abort' ? `快递100 停止跟踪：${message ?? ''}` : '';
  const words = ended || newest?.text || (message ?? '');
  const kind = kindOf(lastResult.state ?? '');
  const report: PartnerReport = {
    order: { carrier, number: lastResult.nu },
    // Nobody hears of this parcel any more, though it never arrived.
    kind: status === 'abort' && kind === 'trace' ? 'exception' : kind,
    at: newest?.at || receivedAt,
    ...{ trackingNumber: lastResult.nu, carrier, text: { zh: words, en: words }, trace },
  };
  return { ok: true, reports: [report] };
}
