import { z } from 'zod';
import { concealer } from '#main/hub/concealer.ts';
import { carrierCode } from '#main/hub/partner-doors/carriers.ts';
import type { TrackingSubscriber } from '#main/hub/partner-ports.ts';
import { callPartner, jsonOf } from '../call.ts';
import { PartnerError } from '../policy.ts';
import { toldSchema } from '../told.ts';

export interface Kuaidi100Options {
  key: string;
  callbackUrl: string;
  salt: string | undefined;
  endpoint: string | undefined;
  timeoutMs: number;
}

const KUAIDI100_ENDPOINT = 'https://poll.kuaidi100.com/poll';
const answerSchema = z.object({
  result: z.boolean().nullish(),
  returnCode: z.union([toldSchema, z.number()]).transform(String),
  message: toldSchema.nullish(),
});
/** These want their phone number's end before they tell anything of a parcel. */
const WANT_PHONE = new Set(['sf', 'zto']);

/** Not a subscriber; the key has ended. */
const WRONG_KEY = new Set(['600', '601']);

/** A subscription kuaidi100 refuses for good; `message` is its own words. */
export class SubscriptionRefused extends Error {
  override name = 'SubscriptionRefused';
}

/**
 * Subscribes the trace of a parcel, once each: kuaidi100 charges by parcel. `501` says that it is subscribed already.
 * Source: api.kuaidi100.com, subscription (poll).
 */
export function kuaidi100(options: Kuaidi100Options): TrackingSubscriber & { check(): Promise<void> } {
  const conceal = concealer([options.key, options.salt ?? '']);
  async function poll(param: object): Promise<{ returnCode: string; message: string }> {
    const answer = await callPartner({
      method: 'POST',
      url: options.endpoint ?? KUAIDI100_ENDPOINT,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ schema: 'json', param: JSON.stringify(param) }).toString(),
      timeoutMs: options.timeoutMs,
      conceal,
    });
    if (answer.status >= 300) throw new PartnerError(`Kuaidi100 answered HTTP ${answer.status}.`);
    const read = answerSchema.safeParse(jsonOf(answer));
    if (!read.success) throw new PartnerError('Kuaidi100 answered something unexpected.');
    const { returnCode, message } = read.data;
    // 5xx of its own codes is its own trouble, the rest is about this request; 501 says that it is done already.
    if (/^5/.test(returnCode) && returnCode !== '501') throw new PartnerError(`Kuaidi100 answered ${returnCode}.`);
    return { returnCode, message: message ?? '' };
  }

  return {
    /** Subscribes no number: costs nothing, and tells a key that is wrong or has ended. Throws SubscriptionRefused and PartnerError. */
    async check() {
      const { returnCode, message } = await poll({
        company: 'shunfeng',
        number: '',
        key: options.key,
        parameters: { callbackurl: options.callbackUrl },
      });
      if (WRONG_KEY.has(returnCode)) throw new SubscriptionRefused(`${returnCode} ${message}`.trim());
    },
    async subscribe(carrier, number, phoneTail) {
      const company = carrierCode('kuaidi100', carrier);
      if (company === null) throw new SubscriptionRefused(`There is no tracking of the carrier "${carrier}".`);
      const parameters = {
        callbackurl: options.callbackUrl,
        ...(options.salt !== undefined && { salt: options.salt }),
        resultv2: '4',
        ...(phoneTail !== null && WANT_PHONE.has(carrier) && { phone: phoneTail }),
      };
      const { returnCode, message } = await poll({ company, number: number.slice(0, 32), key: options.key, parameters });
      if (returnCode === '200') return 'subscribed';
      if (returnCode === '501') return 'already';
      throw new SubscriptionRefused(`${returnCode} ${message}`.trim());
    },
  };
}
