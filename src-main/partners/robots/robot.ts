import { z } from 'zod';
import { concealer } from '#main/hub/concealer.ts';
import { DeliveryError } from '#main/hub/ports.ts';
import type { Deliverer, Delivery } from '#main/hub/ports.ts';
import { callPartner, jsonOf } from '../call.ts';
import { PartnerError } from '../policy.ts';
import { KINDS } from './kinds.ts';
import type { Notice, RobotAddress, RobotKind } from './kinds.ts';

export interface RobotOptions extends RobotAddress {
  kind: RobotKind;
  timeoutMs: number;
  now: () => number;
}

/** A group gets this many messages a minute and is blocked for ten minutes above it. */
const PER_MINUTE = 20;
const MINUTE_MS = 60_000;
/** Held orders named in one message; the others are counted. */
const MOST_NAMED = 10;
const LONGEST_LINE = 300;

const code = z.union([z.number(), z.string()]).transform(String).optional();
/** HTTP 200 does not mean success: the code does, whatever it is called. */
const answerSchema = z.object({ errcode: code, code, StatusCode: code });

interface Waiting {
  delivery: Delivery;
  done(): void;
  failed(error: unknown): void;
}

/**
 * Tells a group of held orders (C1). What comes in the same moment is one message, so that a burst never meets the limit of the
 * group; what would is postponed without costing an attempt.
 */
export function robotDeliverer(target: string, options: RobotOptions): Deliverer {
  let waiting: Waiting[] = [];
  let sent: number[] = [];

  /** Whatever goes wrong, everybody who waits hears of it. */
  function start(): void {
    const group = waiting;
    waiting = [];
    flush(group).catch((error: unknown) => {
      for (const { failed } of group) failed(error);
    });
  }

  async function flush(group: readonly Waiting[]): Promise<void> {
    const now = options.now();
    // What lies ahead was sent before the clock was set back.
    sent = sent.filter((at) => at > now - MINUTE_MS && at <= now);
    if (sent.length >= PER_MINUTE) {
      const retryAfterMs = Math.max(1_000, (sent[0] ?? now) + MINUTE_MS - now);
      for (const { failed } of group) failed(new DeliveryError('The group has had its messages for this minute.', false, { retryAfterMs }));
      return;
    }
    sent.push(now);
    const error = await send(options, noticeOf(group.map(({ delivery }) => delivery)), now);
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
        if (waiting.length === 0) queueMicrotask(start);
        waiting.push({ delivery, done, failed });
      }),
  };
}

/** Order text may hold marks of its own (`@`, `#`, links); it is shown as plain words. */
function plain(text: string): string {
  const words = text.replaceAll(/[\r\n]+/g, ' ').replaceAll(/[@#*_[\]()<>`]/g, ' ');
  return [...words].slice(0, LONGEST_LINE).join('');
}

function noticeOf(deliveries: readonly Delivery[]): Notice {
  const lines = deliveries.slice(0, MOST_NAMED).map(({ payload }) => {
    const { sentence } = payload as { sentence?: { zh?: unknown } };
    return plain(`订单 ${String(payload['orderNo'])} 已拦截：${String(sentence?.zh ?? '')}`);
  });
  return { title: `OrderPulse：${deliveries.length} 个订单被拦截`, lines, more: deliveries.length - lines.length };
}

/** Says hello to every group; throws the first refusal. */
export async function sayHello(
  robots: readonly Pick<RobotOptions, 'kind' | 'url' | 'secret'>[],
  timeoutMs: number,
  now: () => number,
): Promise<void> {
  for (const { kind, url, secret } of robots) {
    const error = await send(
      { kind, url, secret, timeoutMs, now },
      { title: 'OrderPulse：测试消息，群机器人连接正常', lines: [], more: 0 },
      now(),
    );
    if (error) throw error;
  }
}

async function send(options: RobotOptions, notice: Notice, now: number): Promise<DeliveryError | null> {
  const { request, patience } = KINDS[options.kind];
  const { url, body } = request(options, notice, now);
  try {
    const headers = { 'content-type': 'application/json; charset=utf-8' };
    const conceal = concealer(secretsOf(options));
    const answer = await callPartner({ method: 'POST', url, headers, body: JSON.stringify(body), timeoutMs: options.timeoutMs, conceal });
    if (answer.status >= 300)
      return new DeliveryError(`The group robot answered HTTP ${answer.status}.`, answer.status < 500 && answer.status !== 429);
    const read = answerSchema.safeParse(jsonOf(answer));
    const said = read.success ? (read.data.errcode ?? read.data.code ?? read.data.StatusCode) : undefined;
    if (said === undefined) return new DeliveryError('The group robot answered something unexpected.');
    return said === '0' ? null : refusalOf(said, patience[said]);
  } catch (error) {
    if (error instanceof PartnerError) return new DeliveryError(error.message);
    throw error;
  }
}

/** The address of a robot holds its key: as its last part, or in its query. */
function secretsOf({ url, secret }: RobotAddress): string[] {
  const { pathname, searchParams } = new URL(url);
  return [url, pathname.split('/').at(-1) ?? '', ...searchParams.values(), secret ?? ''];
}

function refusalOf(said: string, retryAfterMs: number | undefined): DeliveryError {
  if (retryAfterMs !== undefined) return new DeliveryError(`The group robot answered ${said}.`, false, { retryAfterMs });
  return new DeliveryError(`The group robot answered ${said}.`, true, {
    text: {
      zh: `群机器人不接受消息（代码 ${said}），请核对地址与加签密钥`,
      en: `The group robot refuses the message (code ${said}); check its address and secret`,
    },
  });
}
