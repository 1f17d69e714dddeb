import type { LocalisedText } from '#shared/text.ts';
import { Refusal } from '#main/gateway/dispatch.ts';

const TEXTS = {
  userInAddress: {
    zh: '地址里不能写用户名和密码：地址会显示出来，请填到密钥栏',
    en: 'An address must not hold a user name or password: addresses are shown; enter them where secrets go',
  },
  endpoint: {
    zh: '平台地址必须以 https:// 开头；只有本机地址可以用 http://',
    en: 'The address must begin with https://; only an address of this machine may use http://',
  },
} satisfies Record<string, LocalisedText>;
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Credentials leave this machine in the clear for nobody. */
export function checkEndpoint(endpoint: string | null): void {
  if (endpoint === null) return;
  const { protocol, hostname, username, password } = new URL(endpoint);
  if (username !== '' || password !== '') throw new Refusal('bad_request', TEXTS.userInAddress);
  if (!['https:', 'wss:'].includes(protocol) && !(['http:', 'ws:'].includes(protocol) && LOOPBACK.has(hostname)))
    throw new Refusal('bad_request', TEXTS.endpoint);
}

/**
 * What is kept goes where it was entered for. Whoever may change an address and never saw the secret could else have it sent to a machine
 * of their own: a host that is new gets secrets that were typed together with it, and no others.
 *
 * @param kept labels of the secrets that would go on being used without being typed again
 */
export function checkMoved(before: readonly string[], after: readonly string[], kept: readonly LocalisedText[]): void {
  if (kept.length === 0) return;
  const known = new Set(before.map(hostOf));
  const moved = after.map(hostOf).find((host) => host !== null && !known.has(host));
  if (moved === undefined || moved === null) return;
  throw new Refusal('bad_request', {
    zh: `地址换到了 ${moved}：原来的密钥不会发到新的主机，请重新填写 ${kept.map(({ zh }) => zh).join('、')}；没有的话请删除后重新接入`,
    en: `The address moved to ${moved}: kept secrets are not sent to a new host; enter again: ${kept.map(({ en }) => en).join(', ')}, or remove the connection and set it up anew`,
  });
}

/** Null where it is no address; whoever checks its form says so. */
function hostOf(address: string): string | null {
  return URL.canParse(address) ? new URL(address).host : null;
}
