import { z } from 'zod';
import { DeliveryError } from '#main/hub/ports.ts';
import type { Deliverer, Delivery } from '#main/hub/ports.ts';
import { callPartner, jsonOf } from '../call.ts';
import { PartnerError } from '../policy.ts';
import { dingtalkSign, feishuSign } from './sign.ts';

export interface RobotOptions {
  kind: 'dingtalk' | 'feishu';
  url: string;
  secret?: string | undefined;
  timeoutMs: number;
  now: () => number;
}

/** A group gets this many messages a minute and is blocked for ten minutes above it. */
const PER_MINUTE = 20;
const MINUTE_MS = 60_000;
/** Held orders named in one message; the others are counted. */
const MOST_NAMED = 10;
/** HTTP 200 does not mean success: these codes of the body ask for patience, every other one is for good. */
const PATIENCE = new Set([130101, 9499, 11232]);

const answerSchema = z.looseObject({ errcode: z.number().optional(), code: z.number().optional(), StatusCode: z.number().optional() });

interface Waiting {
  delivery: Delivery;
  done(): void;
  failed(error: DeliveryError): void;
}

/**
 * Tells a group of held orders (C1). What comes in the same moment is one message, so that a burst never meets the limit of the
 * group; what would is postponed without costing an attempt.
 */
export function robotDeliverer(target: string, options: RobotOptions): Deliverer {
  let waiting: Waiting[] = [];
  let sent: number[] = [];

  async function flush(): Promise<void> {
    const group = waiting;
    waiting = [];
    const now = options.now();
    sent = sent.filter((at) => at > now - MINUTE_MS);
    if (sent.length >= PER_MINUTE) {
      const retryAfterMs = Math.max(1_000, (sent[0] ?? now) + MINUTE_MS - now);
      for (const { failed } of group) failed(new DeliveryError('The group has had its messages for this minute.', false, { retryAfterMs }));
      return;
    }
    sent.push(now);
    const error = await send(options, digestOf(group.map(({ delivery }) => delivery)), now);
    for (const { done, failed } of group) {
      if (error) failed(error);
      else done();
    }
  }

  return {
    target,
    topics: ['mail'],
    deliver: (delivery) =>
      new Promise<void>((done, failed) => {
        if (waiting.length === 0) queueMicrotask(() => void flush());
        waiting.push({ delivery, done, failed });
      }),
  };
}

/** Order text may hold marks of its own (`@`, `#`, links); it is shown as plain words. */
function plain(text: string): string {
  return text
    .replaceAll(/[\r\n]+/g, ' ')
    .replaceAll(/[@#*_[\]()<>`]/g, ' ')
    .slice(0, 300);
}

function digestOf(deliveries: readonly Delivery[]): string {
  const lines = deliveries.slice(0, MOST_NAMED).map(({ payload }) => {
    const { sentence } = payload as { sentence?: { zh?: unknown } };
    return plain(`订单 ${String(payload['orderNo'])} 已拦截：${String(sentence?.zh ?? '')}`);
  });
  const rest = deliveries.length - lines.length;
  return [`OrderPulse：${deliveries.length} 个订单被拦截`, ...lines, ...(rest > 0 ? [`另有 ${rest} 个，请在控制台查看`] : [])].join('\n');
}

function requestOf({ kind, url, secret }: RobotOptions, text: string, now: number): { url: string; body: object } {
  if (kind === 'dingtalk') {
    const address = new URL(url);
    if (secret !== undefined) {
      address.searchParams.set('timestamp', String(now));
      address.searchParams.set('sign', dingtalkSign(now, secret));
    }
    return { url: address.href, body: { msgtype: 'text', text: { content: text } } };
  }
  const seconds = Math.floor(now / 1_000);
  const signed = secret === undefined ? {} : { timestamp: String(seconds), sign: feishuSign(seconds, secret) };
  return { url, body: { ...signed, msg_type: 'text', content: { text } } };
}

/** Says hello to every group; throws the first refusal. */
export async function sayHello(
  robots: readonly Pick<RobotOptions, 'kind' | 'url' | 'secret'>[],
  timeoutMs: number,
  now: () => number,
): Promise<void> {
  for (const { kind, url, secret } of robots) {
    const error = await send({ kind, url, secret, timeoutMs, now }, 'OrderPulse：测试消息，群机器人连接正常', now());
    if (error) throw error;
  }
}

async function send(options: RobotOptions, text: string, now: number): Promise<DeliveryError | null> {
  const { url, body } = requestOf(options, text, now);
  try {
    const headers = { 'content-type': 'application/json; charset=utf-8' };
    const answer = await callPartner({ method: 'POST', url, headers, body: JSON.stringify(body), timeoutMs: options.timeoutMs });
    if (answer.status >= 300)
      return new DeliveryError(`The group robot answered HTTP ${answer.status}.`, answer.status < 500 && answer.status !== 429);
    const read = answerSchema.safeParse(jsonOf(answer));
    const code = read.success ? (read.data.errcode ?? read.data.code ?? read.data.StatusCode ?? 0) : -1;
    if (code === 0) return null;
    if (PATIENCE.has(code)) return new DeliveryError(`The group robot answered ${code}.`, false, { retryAfterMs: MINUTE_MS });
    return new DeliveryError(`The group robot answered ${code}.`, true, {
      text: {
        zh: `群机器人不接受消息（代码 ${code}），请核对地址与加签密钥`,
        en: `The group robot refuses the message (code ${code}); check its address and secret`,
      },
    });
  } catch (error) {
    if (error instanceof PartnerError) return new DeliveryError(error.message);
    throw error;
  }
}
