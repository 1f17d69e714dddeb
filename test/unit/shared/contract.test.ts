import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { eventSchemas, methods, ROLES, streamEventSchema } from '#shared/contract/index.ts';

describe('console contract', () => {
  it('names every method area.verb, or area.thing.verb, and gives each roles that exist', () => {
    for (const [name, method] of Object.entries(methods)) {
      expect(name).toMatch(/^[a-z]+(\.[a-zA-Z]+){1,2}$/);
      expect(method.roles.length).toBeGreaterThan(0);
      for (const role of method.roles) expect(ROLES).toContain(role);
    }
  });

  it('keeps the names other programs rely on', () => {
    const promised = [
      'orders.get',
      'orders.list',
      'orders.explain',
      'holds.list',
      'holds.release',
      'holds.freeze',
      'holds.undo',
      'stock.list',
      'pulse.snapshot',
      'health.current',
      'audit.list',
      'inbox.failed',
      'inbox.retry',
    ];
    expect(promised.filter((name) => !(name in methods))).toEqual([]);
  });

  it('lets no viewer change anything', () => {
    const commands = Object.entries(methods).filter(([, method]) => method.kind === 'command');
    expect(commands.filter(([, method]) => method.roles.includes('viewer')).map(([name]) => name)).toEqual([]);
  });

  it('carries every event on the wire', () => {
    const onTheWire = streamEventSchema.options.map((option) => option.shape.name.value);
    expect(onTheWire.toSorted()).toEqual([...Object.keys(eventSchemas), 'resync'].toSorted());
  });

  it('refuses fields a request does not know', () => {
    expect(methods['holds.release'].input.safeParse({ orderNo: 'A', version: 1, force: true }).success).toBe(false);
  });

  it('has its page in docs up to date', () => {
    const run = spawnSync(process.execPath, ['scripts/contract-docs.ts', '--check'], { encoding: 'utf8' });
    expect(run.stderr.trim()).toBe('');
    expect(run.status).toBe(0);
  });
});
