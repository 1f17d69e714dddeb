import { createHmac } from 'node:crypto';
import axios from 'axios';
import type { Deliverer, Delivery } from '#main/hub/ports.ts';
import { DeliveryError } from '#main/hub/ports.ts';

export interface SignedHttpTarget {
  target: string;
  topics: Deliverer['topics'];
  url: string;
  /** `whsec_` + base64, or base64 alone. */
  secret: string;
  timeoutMs: number;
  now: () => number;
}

/**
 * Posts a message as a signed Standard Webhook: `webhook-id` is the idempotency key and the same on every attempt,
 * `webhook-timestamp` is this attempt's second, the signature is over `id.timestamp.body`.
 * Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function signedHttpDeliverer(options: SignedHttpTarget): Deliverer {
  const key = Buffer.from(options.secret.replace(/^whsec_/, ''), 'base64');
  return {
    target: options.target,
    topics: options.topics,
    async deliver(delivery) {
      const { id, body } = signedMessage(delivery);
      const timestamp = String(Math.floor(options.now() / 1_000));
      const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
      const status = await post(options, body, {
        'content-type': 'application/json',
        'idempotency-key': delivery.key,
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': `v1,${signature}`,
      });
      if (status >= 200 && status < 300) return;
      // 408, 425 and 429 ask for another try; every other 4xx says that this message will never be taken.
      const permanent = status >= 400 && status < 500 && ![408, 425, 429].includes(status);
      throw new DeliveryError(`The target answered HTTP ${status}.`, permanent);
    },
  };
}

/** The id must not hold a dot, because a dot separates the signed parts. */
function signedMessage(delivery: Delivery): { id: string; body: string } {
  const body = JSON.stringify({ type: delivery.topic, timestamp: new Date(delivery.createdAt).toISOString(), data: delivery.payload });
  return { id: delivery.key.replaceAll('.', '-'), body };
}

/** Only the status and the network's error code leave this function: addresses may hold keys. */
async function post(options: SignedHttpTarget, body: string, headers: Record<string, string>): Promise<number> {
  try {
    const response = await axios.post<unknown>(options.url, body, {
      headers,
      timeout: options.timeoutMs,
      maxRedirects: 0,
      maxContentLength: 65_536,
      responseType: 'text',
      proxy: false,
      validateStatus: () => true,
    });
    return response.status;
  } catch (error) {
    const code = axios.isAxiosError(error) ? error.code : undefined;
    throw new DeliveryError(`The target could not be reached (${code ?? 'no answer'}).`);
  }
}
