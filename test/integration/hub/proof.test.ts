import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openHub } from '#main/host/open-hub.ts';
import { ask, deliver, orderData, testConfig } from '#test/support/hub.ts';

const NOW = Date.now();
const BRUSHING = { buyerMessage: '刷单' };
let folder: string;

function prove(...more: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/prove.ts', '--data', folder, ...more], { encoding: 'utf8' });
  return { status, lines: stdout.trim().split('\n'), stderr };
}
const last = (lines: readonly string[]): Record<string, unknown> => JSON.parse(lines.at(-1) ?? '') as Record<string, unknown>;

/** A workspace with plain, held, released, again held and linked orders. */
async function work(): Promise<void> {
  const hub = await openHub({ dataDirectory: folder, config: testConfig(), demo: false }, { runJobs: false });
  for (let index = 0; index < 5; index += 1) await deliver(hub, 'order.paid', orderData(`plain-${index}`, NOW), NOW);
  await deliver(hub, 'order.paid', orderData('bad', NOW, BRUSHING), NOW);
  const key = { channel: 'standard-webhooks', shopId: 'own', channelOrderId: 'bad' } as const;
  const { orderNo, version } = await ask(hub, 'orders.get', key);
  await ask(hub, 'holds.release', { orderNo, version, reason: '已核实' });
  const told = (message: string, at: number) => orderData('bad', NOW, { buyerMessage: message, updatedAt: NOW + at });
  await deliver(hub, 'order.updated', { ...told('刷单，谢谢', 1_000), status: 'paid' }, NOW, 'again');
  expect((await ask(hub, 'orders.get', key)).hold).toBeNull();
  await deliver(hub, 'order.updated', { ...told('刷单，返现', 2_000), status: 'paid' }, NOW, 'worse');
  const worse = await ask(hub, 'orders.get', key);
  expect(worse.hold?.reasons[0]?.sentence.zh).toContain('新证据：出现「返现」，admin 放行时没有');
  const { items } = await ask(hub, 'orders.timeline', key);
  expect(items.findLast(({ kind }) => kind === 'freeze')?.text.zh).toContain('新证据');
  for (const id of ['twin-1', 'twin-2'])
    await deliver(hub, 'order.paid', orderData(id, NOW, { buyer: { key: 'twin', name: '林晓' } }), NOW);
  await hub.close();
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'orderpulse-proof-'));
  await work();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('npm run prove (M5)', () => {
  test('every decision of a worked workspace comes out again', () => {
    const { status, lines } = prove('--json');
    const summary = last(lines);
    expect({ status, lines: lines.length }).toEqual({ status: 0, lines: 1 });
    expect(summary).toMatchObject({ disagree: 0, ruleSets: 1, agree: summary['verdicts'] });
    expect(summary['verdicts']).toBeGreaterThanOrEqual(10);
  });

  test('a forged decision and one without its rule set are named, and the exit code says so', () => {
    const database = new Sqlite(join(folder, 'orderpulse.db'));
    database.exec('DROP TRIGGER verdicts_no_update');
    database.exec(`UPDATE verdicts SET hits = '[]' WHERE id = (SELECT min(id) FROM verdicts WHERE hits <> '[]')`);
    database.exec('UPDATE verdicts SET rule_set_version = 99 WHERE id = 1');
    database.close();
    const { status, lines } = prove('--json');
    expect(status).toBe(1);
    expect(lines.slice(0, -1).map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { why: 'no-rule-set', ruleSetVersion: 99 },
      { why: 'other-hits', stored: [], derived: [expect.stringMatching(/^blacklisted-words@/) as string] },
    ]);
    expect(last(lines)).toMatchObject({ disagree: 2 });
    expect(prove().lines[1]).toMatch(/stored nothing; derived blacklisted-words@1$/);
  });

  test('a rule of another program is left out, and the decisions of the others come out all the same', () => {
    const database = new Sqlite(join(folder, 'orderpulse.db'));
    const document = database.prepare('SELECT document FROM rule_sets WHERE version = 1').pluck().get() as string;
    database.exec('DROP TRIGGER rule_sets_no_update');
    const write = database.prepare('UPDATE rule_sets SET document = ? WHERE version = 1');
    const before = last(prove('--json').lines);
    // No order of this workspace was stopped by it.
    write.run(document.replaceAll('"field":"region-return-rate"', '"field":"region-returns"'));
    const { status, lines, stderr } = prove('--json');
    write.run(document);
    database.close();
    expect([status, stderr]).toEqual([1, '']);
    expect(last(lines)).toMatchObject({ verdicts: before['verdicts'], agree: before['agree'] });
  });

  test('a rule set nobody can read is named as missing; a damaged decision ends it, and is no disagreement', () => {
    const database = new Sqlite(join(folder, 'orderpulse.db'));
    database.exec("UPDATE rule_sets SET document = '{' WHERE version = 1");
    const { status, lines } = prove('--json');
    expect([status, JSON.parse(lines[0] ?? '')]).toMatchObject([1, { why: 'no-rule-set' }]);
    database.exec("UPDATE verdicts SET inputs = '[' WHERE id = 3");
    database.close();
    const damaged = prove('--json');
    expect(damaged.status).toBe(2);
    expect(damaged.stderr).toMatch(/^The workspace cannot be read: The workspace database is damaged/);
  });

  test('a folder without a workspace is refused in words', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/prove.ts', '--data', join(folder, 'none')], {
      encoding: 'utf8',
    });
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^The workspace cannot be read: /);
    expect(spawnSync(process.execPath, ['scripts/prove.ts'], { encoding: 'utf8' }).stderr).toContain('Usage: npm run prove');
  });
});
