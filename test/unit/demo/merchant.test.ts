import { describe, expect, it } from 'vitest';
import { configSchema } from '#main/hub/config.ts';
import { CATALOGUE, CATEGORIES } from '#main/demo/catalogue.ts';
import { demoConfig, newSecret, newShopSecrets } from '#main/demo/merchant.ts';
import { openingStock } from '#main/demo/opening-stock.ts';
import { phoneOf, PROVINCES } from '#main/demo/people.ts';
import { SHOPS } from '#main/demo/shops.ts';
import warehouses from '#resources/warehouses.json' with { type: 'json' };
import routing from '#resources/routing.json' with { type: 'json' };

const config = configSchema.parse(
  demoConfig({
    seed: 'test',
    secrets: newShopSecrets(),
    wms: { url: 'http://127.0.0.1:1/wms', secret: newSecret() },
    buyer: { url: 'http://127.0.0.1:1/buyer', secret: newSecret() },
  }),
);

describe('the demo merchant', () => {
  it('has five shops on five channels, each with a secret of its own and a door that exists', () => {
    expect(config.shops.map(({ channel, door }) => `${channel}:${door}`)).toEqual([
      'taobao:standard-webhooks',
      'jd:standard-webhooks',
      'douyin:standard-webhooks',
      'shopify:native',
      'standard-webhooks:native',
    ]);
    const secrets = config.shops.map(({ credentials }) => credentials.secret);
    expect(new Set(secrets).size).toBe(5);
    for (const secret of secrets) expect(String(secret).length).toBeGreaterThan(40);
  });

  it('has 300 articles in every category, with unique SKUs and prices', () => {
    expect(CATALOGUE.products.length).toBe(300);
    expect(new Set(CATALOGUE.products.map(({ sku }) => sku)).size).toBe(300);
    expect(new Set(CATALOGUE.products.map(({ category }) => category))).toEqual(new Set(CATEGORIES));
    for (const { gift, priceMinor } of CATALOGUE.products) expect(priceMinor > 0).toBe(!gift);
    expect(CATALOGUE.cold.length).toBeGreaterThan(5);
    expect(CATALOGUE.presale.length).toBeGreaterThan(3);
  });

  it('keeps its goods in warehouses that exist, a few of them in alarm', () => {
    const ids = new Set(warehouses.map(({ id }) => id));
    expect(new Set(config.openingStock.map(({ warehouse }) => warehouse))).toEqual(ids);
    const places = config.openingStock.map(({ sku, warehouse }) => `${sku}@${warehouse}`);
    expect(new Set(places).size).toBe(places.length);
    const shelves = config.openingStock.filter(({ safety }) => safety > 0);
    const empty = shelves.filter(({ spot }) => spot === 0).length;
    const low = shelves.filter(({ spot, safety }) => spot > 0 && (spot < 50 || spot < safety * 0.15)).length;
    expect(empty).toBe(5);
    expect(low).toBeGreaterThan(10);
    expect(empty + low).toBeLessThan(shelves.length * 0.03);
    expect(config.openingStock.filter(({ presaleQuota }) => presaleQuota > 0).length).toBe(CATALOGUE.presale.length);
  });

  it('has an article of which too little exists, and gifts with a quota', () => {
    const pieces = (sku: string): number => config.openingStock.reduce((sum, row) => sum + (row.sku === sku ? row.spot : 0), 0);
    expect(pieces(CATALOGUE.hot.sku)).toBeLessThan(200);
    for (const gift of CATALOGUE.gifts) expect(pieces(gift.sku)).toBeLessThanOrEqual(220);
  });

  it('fills the shelves the same way for the same seed', () => {
    expect(openingStock('one')).toEqual(openingStock('one'));
    expect(openingStock('one')).not.toEqual(openingStock('two'));
  });

  it('ships only to provinces the routing table knows', () => {
    const known = routing.provinces.map(({ name }) => name.zh);
    for (const { name } of PROVINCES) expect(known.some((short) => name.startsWith(short))).toBe(true);
  });
});

describe('numbers of the demo', () => {
  it('never gives two orders the same number, in one run or in the next', () => {
    for (const shop of SHOPS) {
      const ids = [1_790_000_000, 1_790_000_001].flatMap((run) => Array.from({ length: 2_000 }, (_, n) => shop.orderId(run, n + 1)));
      expect(new Set(ids).size).toBe(ids.length);
    }
  });

  it('keeps numbers exact where the platform writes them as JSON numbers', () => {
    const shopify = SHOPS.find(({ channel }) => channel === 'shopify');
    const id = shopify?.orderId(9_999_999_999, 99_999) ?? '';
    expect(String(Number(id))).toBe(id);
    expect(Number.isSafeInteger(Number(id))).toBe(true);
  });

  it('gives every person a plausible number of their own', () => {
    const phones = Array.from({ length: 5_000 }, (_, n) => phoneOf(n * 79));
    expect(new Set(phones).size).toBe(phones.length);
    for (const phone of phones) expect(phone).toMatch(/^19[1289]000\d{5}$/);
  });
});
