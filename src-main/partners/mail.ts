import { createHash } from 'node:crypto';
import { createTransport } from 'nodemailer';
import type { Deliverer } from '#main/hub/ports.ts';
import { DeliveryError } from '#main/hub/ports.ts';

export interface MailTarget {
  /** `smtp://user:password@host:587` or `smtps://…`. */
  smtp: string;
  from: string;
  /** Address of the operations supervisors. */
  operations: string;
  timeoutMs: number;
}

/** Sends held orders to the operations mailbox (C1). The same key gives the same Message-ID, so mail systems drop doubles. */
export function mailDeliverer(options: MailTarget): Deliverer {
  const transport = transportTo(options);
  const domain = options.from.split('@').at(-1)?.replace(/[>\s]/g, '') ?? 'orderpulse';
  return {
    target: 'mail',
    topics: ['mail'],
    async deliver({ key, payload }) {
      const id = createHash('sha256').update(key).digest('hex').slice(0, 32);
      try {
        await transport.sendMail({
          from: options.from,
          to: options.operations,
          messageId: `<${id}@${domain}>`,
          subject: subjectOf(payload),
          text: bodyOf(payload),
          textEncoding: 'base64',
        });
      } catch (error) {
        throw refusalOf(error);
      }
    },
  };
}

function transportTo({ smtp, timeoutMs }: Pick<MailTarget, 'smtp' | 'timeoutMs'>) {
  const requireTLS = mustEncrypt(smtp);
  return createTransport({ url: smtp, requireTLS, connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs });
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** A password leaves this machine in the clear for nobody: a server that does not offer encryption is not told it. */
export function mustEncrypt(smtp: string): boolean {
  if (!URL.canParse(smtp)) return false;
  const { protocol, username, hostname } = new URL(smtp);
  return protocol === 'smtp:' && username !== '' && !LOOPBACK.has(hostname);
}

/** Greets the mail server and logs in, without sending anything. Throws DeliveryError. */
export async function checkMail(options: Pick<MailTarget, 'smtp' | 'timeoutMs'>): Promise<void> {
  const transport = transportTo(options);
  try {
    await transport.verify();
  } catch (error) {
    throw refusalOf(error);
  } finally {
    transport.close();
  }
}

function subjectOf(payload: Record<string, unknown>): string {
  const sentence = payload['sentence'];
  const zh = sentence !== null && typeof sentence === 'object' && 'zh' in sentence ? String(sentence.zh) : '';
  return oneLine(`[OrderPulse] 订单 ${String(payload['orderNo'])} 已拦截 / held${zh ? `：${zh}` : ''}`);
}

/** What stopped the order in both languages, then what else is known of the case. */
function bodyOf({ orderNo, sentence, ...rest }: Record<string, unknown>): string {
  const known = Object.entries(rest).filter(([, value]) => typeof value === 'string' || typeof value === 'number');
  return [
    `订单 / Order: ${String(orderNo)}`,
    ...(sentence !== null && typeof sentence === 'object' ? Object.values(sentence as Record<string, unknown>).map(String) : []),
    '',
    ...known.map(([name, value]) => `${name}: ${name.endsWith('At') ? new Date(Number(value)).toISOString() : String(value)}`),
  ].join('\n');
}

/** Header values hold no line breaks: order text must not be able to add headers. */
function oneLine(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, ' / ').slice(0, 200);
}

/** 5xx is for good, 4xx and network errors are for now (RFC 5321 section 4.2.1). The server's words may quote addresses: only codes are kept. */
function refusalOf(error: unknown): DeliveryError {
  const { responseCode, code } = error as { responseCode?: number; code?: string };
  if (responseCode !== undefined) return new DeliveryError(`The mail server answered ${responseCode}.`, responseCode >= 500);
  return new DeliveryError(`The mail server could not be reached (${code ?? 'no answer'}).`);
}
