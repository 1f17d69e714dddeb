import { SECOND } from '#shared/time.ts';
import type { ChannelAccess, TokenGrant } from '../client.ts';
import { ChannelError } from '../errors.ts';
import { count, optional } from './fields.ts';
import type { Fields } from './fields.ts';
import { stated } from './pages.ts';

/**
 * A token answer with the names of OAuth 2.0. Lives in seconds count from `sentAt`, when it was asked for, so that a token is never
 * thought to last longer than it does; no life told is no end. `own`: what this platform tells differently.
 * ChannelError `bad-answer` without a token.
 */
export function grantOf(answer: Fields, sentAt: number, own: Partial<TokenGrant> = {}): TokenGrant {
  return {
    accessToken: stated(answer['access_token'], 'access_token'),
    refreshToken: optional(answer['refresh_token']),
    expiresAt: endOf(answer['expires_in'], sentAt),
    refreshExpiresAt: endOf(answer['refresh_token_expires_in'] ?? answer['refresh_expires_in'], sentAt),
    identity: null,
    ...own,
  };
}

function endOf(life: unknown, sentAt: number): number | null {
  return count(life) > 0 ? sentAt + count(life) * SECOND : null;
}

/** What renews the token: the newest one granted, else the one that was entered. Without any somebody has to authorise again. */
export function refreshTokenOf({ keys }: Pick<ChannelAccess, 'keys'>, grant: TokenGrant | null): string {
  const refreshToken = grant?.refreshToken ?? keys.fields['refresh_token'];
  if (refreshToken === undefined) throw new ChannelError('token-revoked', { fields: 'refresh_token' });
  return refreshToken;
}
