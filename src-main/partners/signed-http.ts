import { localisedTextSchema } from '#shared/text.ts';
import type { LocalisedText } from '#shared/text.ts';
import type { Deliverer, Delivery } from '#main/hub/ports.ts';
import { DeliveryError } from '#main/hub/ports.ts';
import { callPartner } from './call.ts';
import type { PartnerAnswer } from './call.ts';
import { PartnerError } from './policy.ts';
import { signedHeaders, signingKey } from './standard-signature.ts';

export interface SignedHttpTarget {
  target: string;
  topics: Deliverer['topics'];
  url: string;
  /** `whsec_` + base64, or base64 alone. */
  secret: string;
  timeoutMs: number;
  now: () => number;
}

/** Longest wait a target may ask for. */
const LONGEST_WAIT_MS = 15 * 60_000;

/**
 * Posts a message as a signed Standard Webhook: `webhook-id` is the idempotency key and the same on every attempt,
 * `webhook-timestamp` is this attempt's second, the signature is over `id.timestamp.body`.
 */
export function signedHttpDeliverer(options: SignedHttpTarget): Deliverer {
  const key = signingKey(options.secret);
  return {
    target: options.target,
    topics: options.topics,
    async deliver(delivery) {
      const { id, body } = signedMessage(delivery);
      const headers = {
        'content-type': 'application/json',
        'idempotency-key': delivery.key,
        ...signedHeaders(key, id, options.now(), body),
      };
      const answer = await post(options, headers, body);
      if (answer.status >= 200 && answer.status < 300) return;
      throw refusalOf(answer);
    },
  };
}

/** The id must not hold a dot, because a dot separates the signed parts. */
function signedMessage(delivery: Delivery): { id: string; body: string } {
  const body = JSON.stringify({ type: delivery.topic, timestamp: new Date(delivery.createdAt).toISOString(), data: delivery.payload });
  return { id: delivery.key.replaceAll('.', '-'), body };
}

/** Only the status and the network's error code leave this function: addresses may hold keys. */
async function post({ url, timeoutMs }: SignedHttpTarget, headers: Record<string, string>, body: string): Promise<PartnerAnswer> {
  try {
    return await callPartner({ method: 'POST', url, headers, body, timeoutMs });
  } catch (error) {
    if (error instanceof PartnerError) throw new DeliveryError(error.message.replace('The partner', 'The target'));
    throw error;
  }
}

/** 408, 425 and 429 ask for another try; every other 4xx says that this message will never be taken, 409 also why. */
function refusalOf({ status, headers, text }: PartnerAnswer): DeliveryError {
  const message = `The target answered HTTP ${status}.`;
  if (status === 429) {
    const seconds = Number(headers['retry-after']);
    const wait = Number.isFinite(seconds) && seconds > 0 ? Math.min(LONGEST_WAIT_MS, seconds * 1_000) : undefined;
    return new DeliveryError(message, false, wait === undefined ? {} : { retryAfterMs: wait });
  }
  const permanent = status >= 400 && status < 500 && ![408, 425].includes(status);
  const reason = status === 409 ? reasonOf(text) : null;
  return new DeliveryError(message, permanent, reason ? { text: reason } : {});
}

/** `{ "reason": { "zh": …, "en": … } }` of a refusal for good. */
function reasonOf(text: string): LocalisedText | null {
  try {
    const reason = localisedTextSchema.safeParse((JSON.parse(text) as { reason?: unknown }).reason);
    return reason.success ? { zh: reason.data.zh.slice(0, 300), en: reason.data.en.slice(0, 300) } : null;
  } catch {
    return null;
  }
}
