import type { ChannelErrorDetails } from '#main/channels/errors.ts';
import { ChannelError } from '#main/channels/errors.ts';
import type { Shop } from '../shops.ts';

/** Shorter values would be found by chance in any text. */
const SHORTEST = 8;
const CONCEALED = '***';

/** What may stand in a platform's words where a secret was sent: as it is, in an address, in JSON, or in base64 beside other text. */
function formsOf(secret: string): string[] {
  const aligned = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), Buffer.from(secret)]).toString('base64');
    // The first and last characters mix with what stands beside it.
    return text.slice(shift === 0 ? 0 : 4).replace(/.{0,3}=+$/, '');
  });
  const form = new URLSearchParams({ '': secret }).toString().slice(1);
  return [secret, encodeURIComponent(secret), form, JSON.stringify(secret).slice(1, -1), Buffer.from(secret).toString('hex'), ...aligned];
}

/** The credentials of a shop that are never shown, tokens aside. */
export function secretsOf({ adapter, keys }: Pick<Shop, 'adapter' | 'keys'>): string[] {
  const typed = adapter.manifest.fields.filter(({ kind }) => kind === 'secret').map(({ name }) => keys.fields[name] ?? '');
  return [...typed, ...keys.secrets];
}

/**
 * An error without any secret of its shop. Platforms repeat what they were sent in their refusals (`invalid access_token: …`), and
 * their words are shown, logged and kept. Whatever is no secret stays readable.
 */
export function concealed(error: ChannelError, secrets: readonly string[]): ChannelError {
  const forms = [...new Set(secrets.filter(({ length }) => length >= SHORTEST).flatMap(formsOf))].sort((a, b) => b.length - a.length);
  const conceal = (text: string) => forms.reduce((left, form) => left.replaceAll(form, CONCEALED), text);
  const entries = Object.entries(error.details).map(([name, value]) => [name, typeof value === 'string' ? conceal(value) : value] as const);
  if (entries.every(([name, value]) => error.details[name as keyof ChannelErrorDetails] === value)) return error;
  return new ChannelError(error.code, Object.fromEntries(entries) as ChannelErrorDetails);
}
