import type { Database } from 'better-sqlite3';
import type { Connection, ConnectionStore, ShopKey } from '#main/hub/feed-ports.ts';
import { prepareWrite } from './recording.ts';
import type { Recorder } from './recording.ts';

interface Row extends ShopKey {
  name: string;
  document: string;
  sealed: Uint8Array;
  identity: string | null;
  active: number;
}

/** Shops connected on screen, tokens, and whose credentials they are. Nothing here can be read without the vault's key. */
export function createConnections(database: Database, recorder: Recorder | null): ConnectionStore {
  const all = database.prepare<[], Row>(
    `SELECT c.channel, c.shop_id AS shopId, c.name, c.document, c.sealed, i.identity, c.active FROM connections c
     LEFT JOIN shop_identities i ON i.channel = c.channel AND i.shop_id = c.shop_id ORDER BY connected_at, c.channel, c.shop_id`,
  );
  const put = prepareWrite(
    database,
    `INSERT INTO connections (channel, shop_id, name, document, sealed, active, connected_at, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET name = excluded.name, document = excluded.document, sealed = excluded.sealed, active = excluded.active,
       changed_at = excluded.changed_at`,
    recorder,
  );
  const remove = prepareWrite(database, 'DELETE FROM connections WHERE channel = ? AND shop_id = ?', recorder);
  const identity = database
    .prepare<[string, string], string>('SELECT identity FROM shop_identities WHERE channel = ? AND shop_id = ?')
    .pluck();
  const putIdentity = prepareWrite(
    database,
    `INSERT INTO shop_identities (channel, shop_id, identity, seen_at) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET identity = excluded.identity, seen_at = excluded.seen_at`,
    recorder,
  );
  const forget = prepareWrite(database, 'DELETE FROM shop_identities WHERE channel = ? AND shop_id = ?', recorder);
  const tokens = tokensOf(database, recorder);
  return {
    all: () =>
      all.all().map(({ document, active, ...row }) => ({
        ...row,
        document: JSON.parse(document) as Connection['document'],
        active: active === 1,
      })),
    put({ channel, shopId, name, document, sealed, active, identity: known }, at) {
      put.run(channel, shopId, name, JSON.stringify(document), sealed, active ? 1 : 0, at, at);
      if (known === null) forget.run(channel, shopId);
      else putIdentity.run(channel, shopId, known, at);
    },
    remove({ channel, shopId }) {
      remove.run(channel, shopId);
      forget.run(channel, shopId);
      tokens.removeToken({ channel, shopId });
    },
    identity: ({ channel, shopId }) => (identity.get(channel, shopId) as string | undefined) ?? null,
    putIdentity: ({ channel, shopId }, found, at) => void putIdentity.run(channel, shopId, found, at),
    ...tokens,
  };
}

function tokensOf(database: Database, recorder: Recorder | null): Pick<ConnectionStore, 'token' | 'putToken' | 'removeToken'> {
  const token = database.prepare<[string, string], { sealed: Uint8Array; originHash: string }>(
    'SELECT sealed, origin_hash AS originHash FROM channel_tokens WHERE channel = ? AND shop_id = ?',
  );
  const put = prepareWrite(
    database,
    `INSERT INTO channel_tokens (channel, shop_id, sealed, expires_at, refreshed_at, origin_hash) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET sealed = excluded.sealed, expires_at = excluded.expires_at, refreshed_at = excluded.refreshed_at,
       origin_hash = excluded.origin_hash`,
    recorder,
  );
  const remove = prepareWrite(database, 'DELETE FROM channel_tokens WHERE channel = ? AND shop_id = ?', recorder);
  return {
    token: ({ channel, shopId }) => token.get(channel, shopId) ?? null,
    putToken: ({ channel, shopId }, { sealed, expiresAt, originHash }, at) =>
      void put.run(channel, shopId, sealed, expiresAt, at, originHash),
    removeToken: ({ channel, shopId }) => void remove.run(channel, shopId),
  };
}
