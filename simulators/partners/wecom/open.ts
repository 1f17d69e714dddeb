import { jsonAnswer } from '../../kit/http.ts';
import type { ReceivedRequest, SimulatorAnswer } from '../../kit/http.ts';
import { Partner } from '../partner.ts';
import type { PartnerOptions } from '../partner.ts';

const PATH = '/cgi-bin/webhook/send';
const PER_MINUTE = 20;
const MINUTE_MS = 60_000;
/** Counted in UTF-8 bytes. */
const LIMITS: Readonly<Record<string, number>> = { text: 2_048, markdown: 4_096 };

interface Sent {
  msgtype: string;
  content: string;
}

function answered(errcode: number, errmsg: string): SimulatorAnswer {
  return jsonAnswer(JSON.stringify({ errcode, errmsg }));
}

/** A robot of a WeCom group: always HTTP 200, the truth in `errcode`; 20 messages a minute; limits in bytes. Source: work.weixin.qq.com 91770. */
export class WecomSimulator extends Partner {
  readonly key = '693a0000-0000-4000-8000-00000000d0e5';
  /** What the group has read. */
  readonly messages: Sent[] = [];
  #sentAt: number[] = [];

  constructor(options: PartnerOptions) {
    super(options, { retryAfterMs: [], accepted: () => true });
  }

  start(): Promise<this> {
    return this.open('write', (request) => this.#send(request));
  }

  get address(): string {
    return `${this.url}${PATH}?key=${this.key}`;
  }

  #send(request: ReceivedRequest): SimulatorAnswer {
    if (request.method !== 'POST' || request.path !== PATH) return this.refuse('path', { status: 404, body: '' });
    if (request.query.get('key') !== this.key) return this.refuse('key', answered(93000, 'invalid webhook url'));
    const now = this.options.now();
    this.#sentAt = this.#sentAt.filter((at) => at > now - MINUTE_MS);
    if (this.#sentAt.length >= PER_MINUTE) return this.refuse('rate', answered(45009, 'api freq out of limit'));
    const message = messageOf(request.body.toString('utf8'));
    if (message === null) return this.refuse('json', answered(47001, 'data format error'));
    const limit = LIMITS[message.msgtype];
    if (limit === undefined) return this.refuse('type', answered(40008, 'invalid message type'));
    if (message.content === '') return this.refuse('empty', answered(44004, 'text content is empty'));
    if (Buffer.byteLength(message.content, 'utf8') > limit) {
      return this.refuse('length', answered(40058, `${message.msgtype}.content exceed max length ${limit}`));
    }
    this.#sentAt.push(now);
    this.messages.push(message);
    return answered(0, 'ok');
  }
}

function messageOf(body: string): Sent | null {
  try {
    const value = JSON.parse(body) as Record<string, unknown>;
    const { msgtype } = value;
    if (typeof msgtype !== 'string') return null;
    const { content } = (value[msgtype] ?? {}) as { content?: unknown };
    return { msgtype, content: typeof content === 'string' ? content : '' };
  } catch {
    return null;
  }
}

export function open(options: PartnerOptions): Promise<WecomSimulator> {
  return new WecomSimulator(options).start();
}
