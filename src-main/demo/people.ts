import { z } from 'zod';
import peopleSource from '#resources/demo/people.json' with { type: 'json' };
import placesSource from '#resources/demo/places.json' with { type: 'json' };
import type { DemoReceiver } from './order.ts';
import type { Random } from './random.ts';
import { SHOPS, shopKey, shopOf } from './shops.ts';

const texts = z.array(z.string().min(1)).min(1);
const peopleSchema = z.strictObject({
  surnames: z.string().min(1),
  givenNames: texts,
  roads: texts,
  roadKinds: texts,
  estates: texts,
  companies: texts,
  buyerMessages: texts,
  blackListedWords: texts,
  improperInvoices: texts,
  complaints: texts,
  vagueAddresses: texts,
  malformedPhones: texts,
  sellerMemos: texts,
  carriers: z.array(z.strictObject({ code: z.string(), zh: z.string(), en: z.string(), slow: z.boolean() })).min(1),
});
const placesSchema = z.strictObject({
  source: z.string(),
  provinces: z
    .array(
      z.strictObject({
        name: z.string(),
        weight: z.number().positive(),
        remote: z.boolean().default(false),
        cities: z.record(z.string(), texts),
      }),
    )
    .min(1),
});

/** What people of the demo say, are called and where they live; all invented but the names of places. */
export const PEOPLE_WORDS = peopleSchema.parse(peopleSource);
export const PROVINCES = placesSchema.parse(placesSource).provinces;
const SURNAMES = [...PEOPLE_WORDS.surnames];

/** One customer of the demo merchant, who buys in one shop and has it sent home. */
export interface Customer {
  shop: string;
  /** The platform's key for the buyer. */
  key: string;
  home: DemoReceiver;
  ip: string;
  deviceId: string;
  /** Usual amount of an order in fen; orders of one customer stay near it. */
  usualMinor: number;
  orders: number;
  lastOrderAt: number;
  company: string | null;
  tags: string[];
}

const REMOTE_PROVINCES = new Set(PROVINCES.filter(({ remote }) => remote).map(({ name }) => name));

export function isRemote(province: string): boolean {
  return REMOTE_PROVINCES.has(province);
}

/** Where the next person lives; remote regions only when asked for. */
export function choosePlace(random: Random, remote = false): Pick<DemoReceiver, 'province' | 'city' | 'district'> {
  const province = random.weighted(
    PROVINCES.filter((candidate) => candidate.remote === remote),
    (candidate) => candidate.weight,
  );
  const cities = Object.entries(province.cities);
  // The first city of a list is its largest.
  const [city, districts] = random.weighted(cities, (entry) => (entry === cities[0] ? 2 : 1));
  return { province: province.name, city, district: random.pick(districts) };
}

export function street(random: Random): string {
  const road = `${random.pick(PEOPLE_WORDS.roads)}${random.pick(PEOPLE_WORDS.roadKinds)}${random.int(1, 399)}号`;
  return `${road}${random.pick(PEOPLE_WORDS.estates)}${random.int(1, 36)}栋${random.int(1, 4)}单元${random.int(1, 28)}0${random.int(1, 4)}室`;
}

export function personName(random: Random): string {
  return `${random.pick(SURNAMES)}${random.pick(PEOPLE_WORDS.givenNames)}`;
}

/**
 * An invented number of a plausible shape: three zeros in a row after a real prefix. The n-th person always gets the
 * same one; numbers come again only after 400,000 people.
 */
export function phoneOf(n: number): string {
  const prefixes = ['199', '198', '191', '192'];
  return `${prefixes[Math.floor(n / 100_000) % prefixes.length]}000${String(n % 100_000).padStart(5, '0')}`;
}

/** Addresses of the network reserved for measurements (RFC 2544, 198.18.0.0/15), which no customer can have. */
export function measurementAddress(random: Random): string {
  return `198.${random.int(18, 19)}.${random.int(0, 255)}.${random.int(1, 254)}`;
}

/** One customer in sixteen equips a whole nursery; the others spend 90 to 300 yuan. */
function usualAmount(random: Random): number {
  return Math.round(random.chance(1 / 16) ? random.between(48_000, 64_000) : 9_000 * Math.exp(random.between(0, 1.2)));
}

/** All customers known so far, by shop. */
export interface People {
  newcomer(shop: string, remote?: boolean): Customer;
  /** Someone who bought at least `orders` times before, and not within the last `restMs`; null when nobody is found. */
  regular(shop: string, now: number, restMs: number, orders?: number): Customer | null;
  /** Number of the last person made. */
  readonly lastNumber: number;
  /** Goes on behind the last person of an earlier run with chances of its own, so that nobody comes twice. */
  goOn(lastNumber: number, random: Random): void;
}

/** Customers kept per shop; the oldest are forgotten, so that a demo left running stays small. */
const MOST_KEPT = 2_000;
/** Customers looked at before the search for a regular one is given up. */
const MOST_LOOKED_AT = 40;

export function createPeople(chances: Random): People {
  const known = new Map<string, Customer[]>(SHOPS.map((shop) => [shopKey(shop), []]));
  let random = chances;
  let number = 0;

  return {
    newcomer(shop, remote = false) {
      number += 1;
      const place = choosePlace(random, remote);
      const customer: Customer = {
        shop,
        key: `${shopOf(shop).buyerPrefix}_${(number + 0x1a2b3).toString(36)}`,
        home: { name: personName(random), phone: phoneOf(number), ...place, address: street(random) },
        ip: measurementAddress(random),
        deviceId: `dev-${number.toString(36)}`,
        usualMinor: usualAmount(random),
        orders: 0,
        lastOrderAt: 0,
        company: random.chance(0.015) ? random.pick(PEOPLE_WORDS.companies) : null,
        tags: [],
      };
      if (customer.company) customer.tags = ['corporate'];
      const list = known.get(shop) ?? [];
      list.push(customer);
      if (list.length > MOST_KEPT) list.splice(0, list.length - MOST_KEPT);
      known.set(shop, list);
      return customer;
    },
    regular(shop, now, restMs, orders = 1) {
      const list = known.get(shop) ?? [];
      for (let attempt = 0; attempt < MOST_LOOKED_AT && list.length > 0; attempt += 1) {
        const customer = random.pick(list);
        if (customer.orders >= orders && now - customer.lastOrderAt >= restMs) return customer;
      }
      return null;
    },
    get lastNumber() {
      return number;
    },
    goOn(last, next) {
      number = Math.max(number, last);
      random = next;
    },
  };
}
