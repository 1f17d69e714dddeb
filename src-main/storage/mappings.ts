import type { Database } from 'better-sqlite3';
import type { ListingStore, MappingStore, ShopKey } from '#main/hub/feed-ports.ts';
import type { Listing, UnknownWord } from '#main/model/incoming.ts';
import { prepareWrite } from './recording.ts';
import type { Recorder } from './recording.ts';

/** Edited mappings, each kept; and words that came and are in no table. */
export function createMappings(database: Database, recorder: Recorder | null): MappingStore {
  const newest = database.prepare<[string], { document: string; changedAt: number; changedBy: string }>(
    'SELECT document, changed_at AS changedAt, changed_by AS changedBy FROM mappings WHERE channel = ? ORDER BY id DESC LIMIT 1',
  );
  const add = prepareWrite(database, 'INSERT INTO mappings (channel, changed_at, changed_by, document) VALUES (?, ?, ?, ?)', recorder);
  const saw = prepareWrite(
    database,
    `INSERT INTO unknown_words (channel, kind, word, first_at, last_at, seen) VALUES (?, ?, ?, ?, ?, 1)
     ON CONFLICT DO UPDATE SET last_at = excluded.last_at, seen = seen + 1`,
    recorder,
  );
  const unknown = database.prepare<[string], UnknownWord & { seen: number; lastAt: number }>(
    'SELECT kind, word, seen, last_at AS lastAt FROM unknown_words WHERE channel = ? ORDER BY seen DESC, word LIMIT 500',
  );
  return {
    newest(channel) {
      const row = newest.get(channel);
      return row ? { ...row, document: JSON.parse(row.document) as unknown } : null;
    },
    add: (channel, document, at, by) => void add.run(channel, at, by, JSON.stringify(document)),
    sawUnknown: (channel, { kind, word }, at) => void saw.run(channel, kind, word.slice(0, 200), at, at),
    unknown: (channel) => unknown.all(channel),
  };
}

/** Where each SKU is listed on a platform. */
export function createListings(database: Database, recorder: Recorder | null): ListingStore {
  const columns = 'channel, shop_id AS shopId, sku, item_id AS itemId, sku_id AS skuId';
  const put = prepareWrite(
    database,
    `INSERT INTO listings (channel, shop_id, sku, item_id, sku_id, last_at) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET item_id = excluded.item_id, sku_id = excluded.sku_id, last_at = excluded.last_at`,
    recorder,
  );
  const of = database.prepare<[string], ShopKey & Listing>(`SELECT ${columns} FROM listings WHERE sku = ? ORDER BY channel, shop_id`);
  const all = database.prepare<[], ShopKey & Listing>(`SELECT ${columns} FROM listings`);
  return {
    put: ({ channel, shopId }, { sku, itemId, skuId }, at) => void put.run(channel, shopId, sku, itemId, skuId, at),
    of: (sku) => of.all(sku),
    all: () => all.all(),
  };
}
