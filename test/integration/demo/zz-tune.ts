import { prepareDemo } from '#main/demo/demo.ts';
import { openHub } from '#main/host/open-hub.ts';
import { ManualTime } from '#main/hub/time.ts';
import { createHistory } from '#main/demo/history.ts';
import { createListing } from '#main/demo/listing.ts';
import { Market } from '#main/demo/market.ts';
import { existingPieces } from '#main/demo/opening-stock.ts';
import { createPeople } from '#main/demo/people.ts';
import { seededRandom } from '#main/demo/random.ts';
import { World } from '#main/demo/world.ts';
import { configSchema } from '#main/hub/config.ts';
import { demoConfig, newSecret, newShopSecrets } from '#main/demo/merchant.ts';
import { bridgeLetters } from '#main/demo/platforms/bridge.ts';
import { shopifyLetters } from '#main/demo/platforms/shopify.ts';
import { rmSync, mkdirSync } from 'node:fs';
const start = Date.parse(process.argv[2] ?? '2026-11-22T12:00:00+08:00');
const minutes = Number(process.argv[3] ?? 30);
rmSync('/tmp/tune', { recursive: true, force: true });
mkdirSync('/tmp/tune');
const time = new ManualTime(start);
const secrets = newShopSecrets();
const seed = process.argv[4] ?? 'fuzzbud';
const config = configSchema.parse(
  demoConfig({
    seed,
    secrets,
    wms: { url: 'http://127.0.0.1:1/', secret: newSecret() },
    buyer: { url: 'http://127.0.0.1:1/', secret: newSecret() },
  }),
);
const hub = await openHub(
  { dataDirectory: '/tmp/tune', config, demo: true },
  { clock: time, timers: time, runJobs: false, checkOutputs: true },
);
const random = seededRandom(seed);
const people = createPeople(random.fork('people'));
const pieces = existingPieces(config.openingStock);
const past = new Market({ random: random.fork('p'), people, listing: createListing(pieces, {}), run: start / 1000 - 1 });
const history = createHistory(past, random.fork('history'), start, 1200);
const market = new Market({ random: random.fork('m'), people, listing: createListing(pieces, {}), run: start / 1000 });
const world = new World({ random: random.fork('w'), market, now: start, speed: 1, state: history });
const statuses: Record<number, number> = {};
let asked = 0,
  unknown = 0;
const topics: Record<string, number> = {};
async function send(postings: any[], now: number) {
  const all: Promise<void>[] = [];
  for (const p of postings) {
    const secret = secrets.get(p.order.shop)!;
    for (const l of p.order.shop.startsWith('shopify/') ? shopifyLetters(p, secret) : bridgeLetters(p, secret)) {
      const [channel, shopId] = l.shop.split('/') as [string, string];
      all.push(
        hub.receive({ channel, shopId, headers: l.headers(now), body: l.body, receivedAt: now }).then((r) => {
          statuses[r.status] = (statuses[r.status] ?? 0) + 1;
          if (r.status !== 200) console.log(r);
        }),
      );
    }
  }
  await Promise.all(all);
  for (const row of [...hub.store.outbox.due('wms', now, 5000), ...hub.store.outbox.due('buyer', now, 5000)]) {
    topics[row.topic] = (topics[row.topic] ?? 0) + 1;
    const p: any = row.payload;
    const key = `${p.channel}/${p.shopId}/${p.channelOrderId}`;
    if (row.topic === 'wms.ship') {
      asked++;
      if (!world.shipmentAccepted(key, now)) unknown++;
    } else if (row.topic === 'buyer.message') world.buyerAsked(key, now);
    else world.shipmentStopped(key);
    hub.store.outbox.delivered(row.id);
  }
}
const ask = async (m: string, p: unknown = {}) => {
  const a: any = await hub.request(m, p, { operator: 't', role: 'admin', locale: 'zh' });
  if (!a.ok) console.log(m, a.error);
  return a.value;
};
await send(history.postings, start);
console.log('history', statuses, topics);
let snap = await ask('pulse.snapshot');
console.log(JSON.stringify(snap.vitals));
console.log(snap.lanes.map((l: any) => [l.channel, l.ordersPerMinute, l.syncDelayP95Ms, l.heldShare, l.liveness].join(' ')).join('\n'));
console.log(snap.stages.map((s: any) => [s.stage, s.backlog, s.oldestAt && (start - s.oldestAt) / 60000, s.level].join(' ')).join('\n'));
for (let now = start; now <= start + minutes * 60_000; now += 1000) {
  hub.advanceTo(now, time);
  await send(world.advance(now), now);
}
const end = start + minutes * 60_000;
snap = await ask('pulse.snapshot');
console.log(JSON.stringify(snap.vitals));
console.log(
  snap.lanes.map((l: any) => [l.channel, l.ordersPerMinute, l.syncDelayP95Ms, l.heldShare.toFixed(3), l.liveness].join(' ')).join('\n'),
);
console.log(
  snap.stages
    .map((s: any) =>
      [s.stage, s.backlog, s.oldestAt && ((end - s.oldestAt) / 60000).toFixed(1), s.level, s.inflowPerMinute, s.outflowPerMinute].join(' '),
    )
    .join('\n'),
);
console.log(snap.ward.map((s: any) => [s.stage, s.cause.zh, s.level, s.count].join(' ')).join('\n'));
const rules: any = {};
let created = 0;
const graded: any = {};
let stopped = 0;
const sentences: any = {};
let after: string | null = null;
const st: any = {};
const stuck: any[] = [];
do {
  const page: any = await ask('orders.list', { limit: 500, after });
  for (const o of page.items) {
    if (o.createdAt < start) continue;
    created++;
    graded[o.grade] = (graded[o.grade] ?? 0) + 1;
    st[o.status + (o.hold ? '+' + o.hold.kind : '')] = (st[o.status + (o.hold ? '+' + o.hold.kind : '')] ?? 0) + 1;
  }
  after = page.next;
} while (after);
console.log('live orders', created, graded, st);
for (const r of (await ask('rules.list')).items) if (r.hits7d) rules[r.rule.id] = r.hits7d;
console.log(rules, 'per 1000:', Object.fromEntries(Object.entries(rules).map(([k, v]: any) => [k, +((v / created) * 1000).toFixed(1)])));
const holds: any = await ask('holds.list', { limit: 500 });
console.log('holds', holds.total);
const seen = new Set<string>();
for (const h of holds.items) {
  const k = h.hold.reasons.map((r: any) => r.ruleId).join('+');
  if (seen.has(k)) continue;
  seen.add(k);
  console.log(k, '|', h.channel, h.status, h.sentence.zh, '|', h.sentence.en);
}
console.log(
  'failed',
  (await ask('inbox.failed')).items.slice(0, 3),
  'tasks',
  (await ask('tasks.list', { limit: 500 })).items.length,
  'statuses',
  statuses,
  topics,
  asked,
  unknown,
  world.openOrders,
);
const map: any = await ask('stock.map');
console.log(
  map.warehouses
    .map((w: any) =>
      [w.id, w.available, w.reserved, JSON.stringify(w.alarms), w.health.toFixed(3), w.coverDays, w.load.toFixed(3)].join(' '),
    )
    .join('\n'),
  map.flows.length,
  map.alarms.length,
);
for (const a of map.alarms.slice(0, 6)) console.log(a.sentence.zh, '|', a.sentence.en);
const health: any = await ask('health.current');
console.log(
  health.ohi,
  health.parts.map((p: any) => [p.id, p.score, p.measured].join(' ')),
);
for (const t of (await ask('tasks.list', { limit: 500 })).items.slice(0, 400)) {
  const k = 't:' + t.id.split(':')[0] + t.kind;
  if (seen.has(t.title.zh.slice(0, 6))) continue;
  seen.add(t.title.zh.slice(0, 6));
  console.log('task', t.kind, t.severity, t.role, t.title.zh, '|', t.title.en);
}
await hub.close();
