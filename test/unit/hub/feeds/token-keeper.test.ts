import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ChannelId } from '#shared/channels.ts';
import { DAY, HOUR, MINUTE } from '#shared/time.ts';
import type { ChannelClient, TokenGrant } from '#main/channels/client.ts';
import { ChannelError } from '#main/channels/errors.ts';
import { configSchema } from '#main/hub/config.ts';
import { TokenKeeper } from '#main/hub/feeds/token-keeper.ts';
import type { Store } from '#main/hub/ports.ts';
import { Shops } from '#main/hub/shops.ts';
import { StoreError } from '#main/hub/store-error.ts';
import { ManualTime } from '#main/hub/time.ts';
import { Vault } from '#main/hub/vault.ts';
import { openSqliteStore } from '#main/storage/sqlite-store.ts';

const START = Date.UTC(2026, 5, 18, 2);
/** Kuaishou renews a token six hours before it ends. */
const EARLY = 6 * HOUR;
const CONFIGURED = { app_key: 'ks-1', signSecret: 'sign', app_secret: 'app', access_token: 'first', refresh_token: 'again' };
const KEY = { channel: 'kuaishou', shopId: 'main' } as const;

let store: Store;
let time: ManualTime;
let renewed: number;
let asked: (TokenGrant | null)[];
let answer: () => Promise<TokenGrant>;
let keeping = true;

beforeEach(() => {
  store = openSqliteStore(':memory:');
  time = new ManualTime(START);
  [renewed, asked, keeping] = [0, [], true];
  answer = () => Promise.reject(new ChannelError('transient'));
});
afterEach(() => (store as Store & { close(): void }).close());

/** A disk that is full until it has room again. */
const guarded = (): Store => ({
  ...store,
  transaction: (work) => {
    if (!keeping) throw new StoreError('full', 'SQLITE_FULL');
    return store.transaction(work);
  },
});

function keeper(credentials: Record<string, string> = CONFIGURED, channel: ChannelId = 'kuaishou'): TokenKeeper {
  const config = configSchema.parse({ shops: [{ channel, shopId: 'main', credentials }] });
  const shop = new Shops(config.shops).find(channel, 'main');
  if (!shop) throw new Error('The shop is not there.');
  const client = {
    refresh: (grant: TokenGrant | null) => {
      asked.push(grant);
      return answer();
    },
  } as ChannelClient;
  const logger = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const vault = new Vault(Buffer.alloc(32, 7));
  return new TokenKeeper({ shop, store: guarded(), vault, clock: time, logger, client: () => client, onRenewed: () => (renewed += 1) });
}

function grant(accessToken: string, lastsMs: number | null, refreshToken: string | null = null): TokenGrant {
  const expiresAt = lastsMs === null ? null : time.now() + lastsMs;
  return { accessToken, refreshToken, expiresAt, refreshExpiresAt: null, identity: null };
}

const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'none',
    (error: unknown) => (error instanceof ChannelError ? error.code : String(error)),
  );

describe('a token of the configuration', () => {
  test('is used as it is until the platform says that it ended', async () => {
    const tokens = keeper();
    expect(await tokens.token()).toBe('first');
    time.advanceTo(START + 400 * DAY);
    expect(await tokens.token()).toBe('first');
    expect([asked.length, tokens.expiresAt]).toEqual([0, null]);
  });

  test('with a refresh token alone it is renewed before the first call', async () => {
    const { access_token: _none, ...rest } = CONFIGURED;
    const tokens = keeper(rest);
    answer = () => Promise.resolve(grant('second', 2 * DAY));
    expect(await tokens.token()).toBe('second');
    expect(asked).toMatchObject([{ accessToken: '', refreshToken: 'again' }]);
  });

  test('without any it says what is missing', async () => {
    const { access_token: _none, refresh_token: _neither, ...rest } = CONFIGURED;
    expect(await code(keeper(rest).token())).toBe('not-connected');
  });

  test('of a platform whose tokens cannot be renewed it is over once the platform refuses it', async () => {
    const tokens = keeper({ app_key: 'jd', secret: 's', access_token: 'a-year' }, 'jd');
    expect(await tokens.token()).toBe('a-year');
    expect(await code(tokens.renew('a-year'))).toBe('token-revoked');
    expect(asked).toEqual([]);
  });
});

describe('renewing', () => {
  test('comes in time, once for everybody who waits, and keeps the old refresh token where no new one is given', async () => {
    const tokens = keeper();
    tokens.take(grant('second', 2 * DAY, 'refresh-2'));
    time.advanceTo(START + 2 * DAY - EARLY - 1);
    expect(await tokens.token()).toBe('second');
    expect(asked).toEqual([]);
    time.advanceTo(START + 2 * DAY - EARLY);
    const given = Promise.withResolvers<TokenGrant>();
    answer = () => given.promise;
    const waiting = [tokens.token(), tokens.token(), tokens.renew('second')];
    given.resolve(grant('third', 2 * DAY));
    expect((await Promise.all(waiting)).slice(0, 2)).toEqual(['third', 'third']);
    expect(asked).toMatchObject([{ accessToken: 'second', refreshToken: 'refresh-2' }]);
    expect(renewed).toBe(2);
    // Who still holds the old token only has to take the new one.
    await tokens.renew('second');
    expect(asked).toHaveLength(1);
    answer = () => Promise.resolve(grant('fourth', 2 * DAY));
    await tokens.renew('third');
    expect(asked[1]).toMatchObject({ accessToken: 'third', refreshToken: 'refresh-2' });
  });

  test('may fail while the old token is good: calls go out without waiting for it, and in a while it is tried again', async () => {
    const tokens = keeper();
    tokens.take(grant('second', DAY, 'refresh-2'));
    time.advanceTo(START + DAY - HOUR);
    expect([await tokens.token(), await tokens.token()]).toEqual(['second', 'second']);
    expect(asked).toHaveLength(1);
    time.advanceBy(2 * MINUTE);
    expect(await tokens.token()).toBe('second');
    expect(asked).toHaveLength(2);
    time.advanceTo(START + DAY);
    expect(await code(tokens.token())).toBe('transient');
    answer = () => Promise.resolve(grant('third', DAY));
    expect(await tokens.token()).toBe('third');
  });

  test('what the platform refuses for good is a revoked authorisation, with its own words; what passes stays what it is', async () => {
    const tokens = keeper();
    answer = () => Promise.reject(new ChannelError('refused', { platformCode: '24', platformMessage: 'refresh token used' }));
    const refused = await tokens.renew('first').catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'token-revoked', fatal: true, details: { platformCode: '24' } });
    for (const kept of ['auth-wrong-secret', 'permission', 'clock-skew', 'rate-limited', 'quota', 'bad-answer', 'transient'] as const) {
      answer = () => Promise.reject(new ChannelError(kept));
      expect(await code(tokens.renew('first'))).toBe(kept);
    }
    answer = () => Promise.reject(new TypeError('a fault of the adapter'));
    await expect(tokens.renew('first')).rejects.toThrow(TypeError);
    expect(await tokens.token()).toBe('first');
  });

  test('needs no token at all where the application itself is the credential', async () => {
    const tokens = keeper({ client_id: 'yz', client_secret: 's', grant_id: '160' }, 'youzan');
    answer = () => Promise.resolve(grant('own', 7 * DAY));
    expect(await tokens.token()).toBe('own');
    time.advanceTo(START + 7 * DAY - 10 * MINUTE);
    answer = () => Promise.resolve(grant('next', 7 * DAY));
    expect(await tokens.token()).toBe('next');
    expect(asked[0]).toBeNull();
  });
});

describe('a token somebody else renewed', () => {
  test('is taken over instead of asking with a refresh token that is used up', async () => {
    const feed = keeper();
    feed.take(grant('second', DAY, 'refresh-2'));
    const trial = keeper();
    answer = () => Promise.resolve(grant('third', DAY, 'refresh-3'));
    await trial.renew('second');
    expect(asked).toHaveLength(1);
    answer = () => Promise.reject(new ChannelError('token-revoked'));
    await feed.renew('second');
    expect(await feed.token()).toBe('third');
    expect(asked).toHaveLength(1);
  });

  test('while both asked, is taken over by the one that was refused', async () => {
    const feed = keeper();
    feed.take(grant('second', DAY, 'refresh-2'));
    const trial = keeper();
    const refused = Promise.withResolvers<TokenGrant>();
    answer = () => refused.promise;
    const waiting = feed.renew('second');
    answer = () => Promise.resolve(grant('third', DAY, 'refresh-3'));
    await trial.renew('second');
    refused.reject(new ChannelError('token-revoked'));
    await waiting;
    expect(await feed.token()).toBe('third');
    // Refused without anybody else's renewal, it is over.
    answer = () => Promise.reject(new ChannelError('token-revoked'));
    expect(await code(feed.renew('third'))).toBe('token-revoked');
  });
});

describe('keeping', () => {
  test('a renewed token outlives a restart, sealed, until the configuration names another', async () => {
    keeper().take(grant('second', DAY, 'refresh-2'));
    expect(Buffer.from(store.connections.token(KEY)?.sealed ?? []).includes('second')).toBe(false);
    expect(store.connections.token(KEY)).not.toBeNull();
    const again = keeper();
    expect([await again.token(), again.expiresAt]).toEqual(['second', START + DAY]);
    expect(await keeper({ ...CONFIGURED, access_token: 'given-anew' }).token()).toBe('given-anew');
  });

  test('one that could not be written is in force, and is written with the next use', async () => {
    const tokens = keeper();
    keeping = false;
    tokens.take(grant('second', 2 * DAY, 'refresh-2'));
    expect(await tokens.token()).toBe('second');
    expect(store.connections.token(KEY)).toBeNull();
    keeping = true;
    expect(await tokens.token()).toBe('second');
    expect(await keeper().token()).toBe('second');
  });
});
