import { createHash } from 'node:crypto';
import { MINUTE } from '#shared/time.ts';
import type { ChannelClient, TokenGrant } from '#main/channels/client.ts';
import { ChannelError } from '#main/channels/errors.ts';
import type { Clock, Logger, Store } from '../ports.ts';
import type { Shop } from '../shops.ts';
import { StoreError } from '../store-error.ts';
import type { Vault } from '../vault.ts';

export interface TokenParts {
  shop: Shop;
  store: Store;
  vault: Vault;
  clock: Clock;
  logger: Logger;
  /** Asks the platform; `token()` is never called by it. */
  client(): ChannelClient;
  /** A new token is in force. */
  onRenewed(): void;
}

/** A renewal in good time that failed is tried again after this; until then calls go out with the token that is good. */
const EARLY_AGAIN_MS = 2 * MINUTE;

/** Errors of a refresh that pass by themselves; any other means that the authorisation is over. */
const PASSING = new Set(['transient', 'bad-answer', 'rate-limited', 'quota', 'clock-skew']);

/** Which token the configuration names: a token that was renewed from it stays in force until the configuration names another. */
function originOf({ keys }: Shop): string {
  const { access_token: access = '', refresh_token: refresh = '' } = keys.fields;
  return createHash('sha256').update(`${access}\n${refresh}`).digest('hex');
}

/** The token of one shop: renewed in time, by one request at a time, and kept sealed. */
export class TokenKeeper {
  readonly #parts: TokenParts;
  readonly #context: string;
  #grant: TokenGrant | null;
  #renewing: Promise<void> | null = null;
  #unsaved = false;
  #earlyFailedAt: number | null = null;

  constructor(parts: TokenParts) {
    this.#parts = parts;
    this.#context = `${parts.shop.channel}/${parts.shop.shopId}`;
    this.#grant = this.#stored() ?? this.#configured();
  }

  get expiresAt(): number | null {
    return this.#grant?.expiresAt ?? null;
  }

  /** What must not be told of the authorisation in force. */
  get tokens(): string[] {
    return [this.#grant?.accessToken ?? '', this.#grant?.refreshToken ?? ''];
  }

  /** The token in force, empty for channels without one. Throws ChannelError. */
  async token(): Promise<string> {
    const { kind, refreshEarlyMs } = this.#parts.shop.adapter.manifest.token;
    if (this.#unsaved) this.#save();
    if (kind === 'static') return this.#grant?.accessToken ?? '';
    const now = this.#parts.clock.now();
    const expiresAt = this.#grant?.expiresAt ?? Infinity;
    if (!this.#grant || now >= expiresAt) await this.renew(this.#grant?.accessToken ?? null);
    else if (now >= expiresAt - refreshEarlyMs) await this.#renewEarly(now);
    return this.#grant?.accessToken ?? '';
  }

  /** Renews the token unless `used` is not the one in force any more. Throws ChannelError `token-revoked` when that is not possible. */
  renew(used: string | null): Promise<void> {
    if (used !== null && this.#grant?.accessToken !== used) return Promise.resolve();
    return (this.#renewing ??= this.#renew().finally(() => (this.#renewing = null)));
  }

  /** While the old token is good, nobody waits for one failure after the other. */
  async #renewEarly(now: number): Promise<void> {
    if (this.#earlyFailedAt !== null && Math.abs(now - this.#earlyFailedAt) < EARLY_AGAIN_MS) return;
    try {
      await this.renew(this.#grant?.accessToken ?? null);
      this.#earlyFailedAt = null;
    } catch (error) {
      this.#earlyFailedAt = now;
      if (!(error instanceof ChannelError))
        this.#parts.logger.error({ err: error, shop: this.#context }, 'a token could not be renewed early');
    }
  }

  /** Takes a token an authorisation gave. */
  take(grant: TokenGrant): void {
    this.#grant = grant;
    this.#save();
    this.#parts.onRenewed();
  }

  async #renew(): Promise<void> {
    const { shop, client } = this.#parts;
    const { kind } = shop.adapter.manifest.token;
    const before = this.#grant;
    if (kind === 'static') throw new ChannelError('token-revoked');
    if (kind === 'refreshed' && !before) throw new ChannelError('not-connected', { fields: 'access_token' });
    if (this.#adopted(before)) return;
    const asked = client();
    if (!asked.refresh) throw new ChannelError('token-revoked');
    try {
      const grant = await asked.refresh(before);
      this.take({ ...grant, refreshToken: grant.refreshToken ?? before?.refreshToken ?? null });
    } catch (error) {
      if (!(error instanceof ChannelError)) throw error;
      if (!PASSING.has(error.code) && this.#adopted(before)) return;
      throw error.fatal || PASSING.has(error.code) ? error : new ChannelError('token-revoked', error.details);
    }
  }

  /**
   * Takes over what another holder of this shop's token was given meanwhile: a test of the connection, or the feed this one takes the
   * place of. A refresh token is mostly good for one renewal, so the other's is the one in force.
   */
  #adopted(before: TokenGrant | null): boolean {
    const kept = this.#unsaved ? null : this.#stored();
    if (!kept || !before || kept.accessToken === before.accessToken) return false;
    this.#grant = kept;
    this.#parts.onRenewed();
    return true;
  }

  #stored(): TokenGrant | null {
    const { shop, store, vault } = this.#parts;
    const kept = store.connections.token(shop);
    if (!kept || kept.originHash !== originOf(shop)) return null;
    return vault.open(kept.sealed, this.#context) as TokenGrant;
  }

  #configured(): TokenGrant | null {
    const { access_token: accessToken, refresh_token: refreshToken } = this.#parts.shop.keys.fields;
    if (accessToken === undefined && refreshToken === undefined) return null;
    const expired = accessToken === undefined ? 0 : null;
    return {
      accessToken: accessToken ?? '',
      refreshToken: refreshToken ?? null,
      expiresAt: expired,
      refreshExpiresAt: null,
      identity: null,
    };
  }

  /** A token that could not be written is written with the next use: losing it would end the authorisation. */
  #save(): void {
    const { shop, store, vault, clock, logger } = this.#parts;
    if (!this.#grant) return;
    const sealed = vault.seal(this.#grant, this.#context);
    const token = { sealed, originHash: originOf(shop), expiresAt: this.#grant.expiresAt };
    try {
      store.transaction(() => store.connections.putToken(shop, token, clock.now()));
      this.#unsaved = false;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.#unsaved = true;
      logger.error({ shop: this.#context, code: error.code }, 'a renewed token could not be kept yet');
    }
  }
}
