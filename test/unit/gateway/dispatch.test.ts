import { describe, expect, test, vi } from 'vitest';
import { methods } from '#shared/contract/index.ts';
import type { MethodName, Principal } from '#shared/contract/index.ts';
import { createDispatcher, Refusal } from '#main/gateway/dispatch.ts';
import type { Handlers } from '#main/gateway/dispatch.ts';

const AGENT: Principal = { operator: 'li', role: 'agent', locale: 'zh' };
const VIEWER: Principal = { operator: 'tv', role: 'viewer', locale: 'en' };

function dispatcher(handlers: Partial<Handlers>, checkOutputs = true) {
  const onUnexpected = vi.fn();
  const missing = () => {
    throw new Error('not expected');
  };
  const all = Object.fromEntries(
    (Object.keys(methods) as MethodName[]).map((name) => [name, handlers[name] ?? missing]),
  ) as unknown as Handlers;
  return {
    onUnexpected,
    dispatch: createDispatcher(all, { onUnexpected, checkOutputs, explain: (error) => (error === 'known' ? KNOWN : null) }),
  };
}
const KNOWN = new Refusal('store_unavailable', { zh: '磁盘已满', en: 'disk full' });

describe('dispatch', () => {
  test('hands over parsed parameters with defaults, and the principal', async () => {
    const handler = vi.fn(() => ({ items: [], next: null }));
    const { dispatch } = dispatcher({ 'tasks.list': handler });
    expect(await dispatch('tasks.list', undefined, VIEWER)).toEqual({ ok: true, value: { items: [], next: null } });
    expect(handler).toHaveBeenCalledWith({ limit: 100, after: null }, VIEWER);
  });

  test.each([
    ['an unknown method', 'orders.destroy', {}, AGENT, 'unknown_method'],
    ['a name every object has', 'toString', {}, AGENT, 'unknown_method'],
    ['a role that may not', 'audit.list', {}, AGENT, 'forbidden'],
    ['a missing parameter', 'holds.undo', {}, AGENT, 'bad_request'],
    ['a parameter too many', 'tasks.list', { limitt: 5 }, AGENT, 'bad_request'],
    ['a parameter out of range', 'tasks.list', { limit: 0 }, AGENT, 'bad_request'],
    ['parameters that are no object', 'tasks.list', 'everything', AGENT, 'bad_request'],
  ])('refuses %s before any handler sees it', async (_name, method, params, principal, code) => {
    const { dispatch, onUnexpected } = dispatcher({});
    expect(await dispatch(method, params, principal)).toMatchObject({ ok: false, error: { code } });
    expect(onUnexpected).not.toHaveBeenCalled();
  });

  test('a bad request names the places, in the language of the caller', async () => {
    const { dispatch } = dispatcher({});
    const zh = await dispatch('tasks.list', { limit: 9_999 }, AGENT);
    expect(zh).toMatchObject({
      error: { message: expect.stringMatching(/^请求的内容不符合约定：limit: /) as string, details: [{ path: 'limit' }] },
    });
    const en = await dispatch('tasks.list', { limit: 9_999 }, VIEWER);
    expect(en).toMatchObject({ error: { message: expect.stringMatching(/^The request does not match its schema: limit: /) as string } });
  });

  test('an expected refusal is a value, in the language of the caller; a known error of a port too', async () => {
    const { dispatch, onUnexpected } = dispatcher({
      'holds.undo': () => {
        throw new Refusal('undo_expired', { zh: '已过撤销时间', en: 'too late' });
      },
      'tasks.list': () => {
        throw 'known';
      },
    });
    expect(await dispatch('holds.undo', { orderNo: 'x' }, AGENT)).toEqual({
      ok: false,
      error: { code: 'undo_expired', message: '已过撤销时间' },
    });
    expect(await dispatch('tasks.list', {}, VIEWER)).toEqual({ ok: false, error: { code: 'store_unavailable', message: 'disk full' } });
    expect(onUnexpected).not.toHaveBeenCalled();
  });

  test('an unexpected error is told to the log and not to the caller', async () => {
    const { dispatch, onUnexpected } = dispatcher({
      'tasks.list': () => Promise.reject(new Error('SELECT secret FROM …')),
    });
    const answer = await dispatch('tasks.list', {}, VIEWER);
    expect(answer).toMatchObject({ ok: false, error: { code: 'internal' } });
    expect(JSON.stringify(answer)).not.toContain('secret');
    expect(onUnexpected).toHaveBeenCalledTimes(1);
  });

  test('an answer of the wrong shape is an error where answers are checked', async () => {
    const wrong = (() => ({ items: [{ id: 1 }], next: null })) as unknown as Handlers['tasks.list'];
    expect(await dispatcher({ 'tasks.list': wrong }).dispatch('tasks.list', {}, VIEWER)).toMatchObject({
      ok: false,
      error: { code: 'internal' },
    });
    expect(await dispatcher({ 'tasks.list': wrong }, false).dispatch('tasks.list', {}, VIEWER)).toMatchObject({ ok: true });
  });
});
