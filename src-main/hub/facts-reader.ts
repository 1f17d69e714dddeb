import { hash } from 'node:crypto';
import type { Warehouse } from '#shared/stock.ts';
import { matchKeys } from '#main/engine/index.ts';
import type { DutyTable, EngineSettings, Facts, KeyedHash, Places } from '#main/engine/index.ts';
import type { IncomingOrder, RefundEntry } from '#main/model/incoming.ts';
import type { EngineInput } from '#main/model/outcome.ts';
import type { OrderRecord } from '#main/model/record.ts';
import type { RoutingTable } from '#main/routing/route.ts';
import { RADAR_SCORE } from '#main/rules/index.ts';
import type { HotState } from './hot-state.ts';
import { readingFor } from './message-readings.ts';
import type { MessageReadings } from './message-readings.ts';
import type { OrderNumbers } from './order-numbers.ts';
import type { RuleBook } from './rules/rule-book.ts';
import { asksForSlips } from './slips.ts';
import type { Slips } from './slips.ts';

export interface FactsParts {
  hot: HotState;
  numbers: OrderNumbers;
  rules: Pick<RuleBook, 'current'>;
  places: Places;
  duties: DutyTable;
  warehouses: readonly Warehouse[];
  table: RoutingTable;
  engine: EngineSettings;
  keyOf: KeyedHash;
  messages: MessageReadings;
  /** A warehouse system takes `wms.ship`. */
  fulfilment: boolean;
  /** What the forecasts say of an order. */
  foretell(order: IncomingOrder | OrderRecord, buyer: string | null, now: number): Facts['foretold'];
  /** Signs of a slip of the keyboard. */
  slips: Pick<Slips, 'reading'>;
  /** The radar model the rules in force name. */
  radar: { readonly inForce: Facts['radar'] };
  /** The cross-checks in force; null where nobody is asked. */
  checks: Facts['checks'];
}

/** Only a rule that reads a forecast makes an order pay for it. */
function asksForForecasts(fields: readonly string[]): boolean {
  return fields.includes('late-probability') || fields.includes('return-probability');
}

function asksForRadar(fields: readonly string[]): boolean {
  return fields.includes(RADAR_SCORE);
}

/** Reads everything one decision looks at, at one moment. */
export class FactsReader {
  readonly #parts: FactsParts;

  constructor(parts: FactsParts) {
    this.#parts = parts;
  }

  read(input: EngineInput, record: OrderRecord | null, waitingRefunds: readonly RefundEntry[], now: number): Facts {
    const { hot, numbers, rules, messages, places, duties, warehouses, table, engine, keyOf, fulfilment, checks } = this.#parts;
    const order: IncomingOrder | OrderRecord | null = input.kind === 'order' ? input.order : record;
    if (!order) throw new RangeError(`An input of kind ${input.kind} needs its order.`);
    const keys = input.kind === 'order' || !record ? matchKeys(order, keyOf) : record.keys;
    return {
      now,
      settings: engine,
      compiled: rules.current,
      record,
      orderNo: record?.orderNo ?? numbers.draw(order.channel, input.kind === 'order' ? input.receivedAt : now),
      keys,
      windows: hot.windows,
      profile: hot.profile(keys.buyer),
      shop: hot.shop(order.channel, order.shopId).read(now),
      region: hot.regions.read(places.province(order.receiver.province)),
      places,
      duties,
      candidates: hot.association.candidates(order, keys),
      waitingRefunds,
      message: readingFor(order.buyerMessage, record, messages, rules.current),
      foretold: asksForForecasts(rules.current.fields) ? this.#parts.foretell(order, keys.buyer, now) : null,
      slips: !record && asksForSlips(rules.current.fields) ? this.#parts.slips.reading(order, keys.buyer) : null,
      radar: asksForRadar(rules.current.fields) ? this.#parts.radar.inForce : null,
      world: { warehouses, table, stock: hot.pool, load: (warehouse) => hot.loadOf(warehouse, now) },
      fulfilment,
      checks,
    };
  }
}

/**
 * SHA-256 over the workspace's own key and the text, cut to 16 bytes, as base64url: the same text matches here and nowhere
 * else (M13). Nothing is signed with it, and a cut hash cannot be extended, so the plain construction is enough; it runs
 * twice for every order and costs a quarter of an HMAC.
 */
export function keyedHash(key: string): KeyedHash {
  return (text) => hash('sha256', key + text, 'base64url').slice(0, 22);
}
