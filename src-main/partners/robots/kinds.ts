import { dingtalkSign, feishuSign } from './sign.ts';

export type RobotKind = 'dingtalk' | 'feishu' | 'wecom';

/** What a group is told: one line on top, then one for each order, then how many more there are. */
export interface Notice {
  title: string;
  lines: readonly string[];
  more: number;
}

export interface RobotAddress {
  url: string;
  secret?: string | undefined;
}

/** How one kind of robot is spoken to. */
interface Kind {
  /** `now` in epoch ms. */
  request(address: RobotAddress, notice: Notice, now: number): { url: string; body: object };
  /** Codes of the answer that ask for patience, and for how long in ms; every other one but 0 is for good. */
  patience: Readonly<Record<string, number>>;
}

const MINUTE_MS = 60_000;
/** WeCom counts UTF-8 bytes, a Chinese character is three. Source: work.weixin.qq.com, document 91770. */
const WECOM_MARKDOWN_BYTES = 4_096;

function moreOf(more: number): string[] {
  return more > 0 ? [`另有 ${more} 个，请在控制台查看`] : [];
}

function textOf({ title, lines, more }: Notice): string {
  return [title, ...lines, ...moreOf(more)].join('\n');
}

function bytesOf(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

/** Begins like `text` and is no longer than `bytes`; no character is cut in two. */
function within(text: string, bytes: number): string {
  let [length, kept] = [0, ''];
  for (const letter of text) {
    length += bytesOf(letter);
    if (length > bytes) break;
    kept += letter;
  }
  return kept;
}

/** As many lines as fit, each quoted; those that do not are counted with the rest. */
function markdownOf({ title, lines, more }: Notice): string {
  const shown: string[] = [`<font color="warning">${within(title, WECOM_MARKDOWN_BYTES / 4)}</font>`];
  const tail = (left: number) => moreOf(more + left).map((line) => `<font color="comment">${line}</font>`);
  for (const [index, line] of lines.entries()) {
    const room = WECOM_MARKDOWN_BYTES - bytesOf([...shown, '> ', ...tail(lines.length - index)].join('\n'));
    // A lone long line is cut; one of many makes room for the number of those left out.
    const fitting = bytesOf(line) <= room ? line : index === 0 ? within(line, room) : null;
    if (fitting === null) return [...shown, ...tail(lines.length - index)].join('\n');
    shown.push(`> ${fitting}`);
  }
  return [...shown, ...tail(0)].join('\n');
}

export const KINDS: Readonly<Record<RobotKind, Kind>> = {
  /** Signed in the address. Source: DingTalk custom robot guide; not confirmed: the codes of a robot that was too fast. */
  dingtalk: {
    request({ url, secret }, notice, now) {
      const address = new URL(url);
      if (secret !== undefined) {
        address.searchParams.set('timestamp', String(now));
        address.searchParams.set('sign', dingtalkSign(now, secret));
      }
      return { url: address.href, body: { msgtype: 'text', text: { content: textOf(notice) } } };
    },
    // A robot that was too fast is blocked for about ten minutes.
    patience: { '-1': MINUTE_MS, '130101': 10 * MINUTE_MS, '410100': 10 * MINUTE_MS },
  },
  /** Signed in the body, in seconds. Source: Feishu custom bot guide; not confirmed: its codes. */
  feishu: {
    request({ url, secret }, notice, now) {
      const seconds = Math.floor(now / 1_000);
      const signed = secret === undefined ? {} : { timestamp: String(seconds), sign: feishuSign(seconds, secret) };
      return { url, body: { ...signed, msg_type: 'text', content: { text: textOf(notice) } } };
    },
    patience: { '9499': MINUTE_MS, '11232': MINUTE_MS },
  },
  /** Not signed: the key in the address is the secret. Source: work.weixin.qq.com, document 91770; not confirmed: its codes. */
  wecom: {
    request: ({ url }, notice) => ({ url, body: { msgtype: 'markdown', markdown: { content: markdownOf(notice) } } }),
    patience: { '-1': MINUTE_MS, '45009': MINUTE_MS },
  },
};
