import type { ChannelErrorDetails } from '#main/channels/errors.ts';
import { ChannelError } from '#main/channels/errors.ts';
import { concealer } from '../concealer.ts';
import type { Shop } from '../shops.ts';

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
  const conceal = concealer(secrets);
  const entries = Object.entries(error.details).map(([name, value]) => [name, typeof value === 'string' ? conceal(value) : value] as const);
  if (entries.every(([name, value]) => error.details[name as keyof ChannelErrorDetails] === value)) return error;
  return new ChannelError(error.code, Object.fromEntries(entries) as ChannelErrorDetails);
}
