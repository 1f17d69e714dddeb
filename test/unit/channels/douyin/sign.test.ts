import { describe, expect, it } from 'vitest';
import { adapter } from '#main/channels/douyin/adapter.ts';
import { signPush, signRequest } from '#main/channels/douyin/sign.ts';
import vectors from '../../../fixtures/channels/vectors.json' with { type: 'json' };
import { bytes } from '../../../support/scripted-channel.ts';

const request = vectors.vectors.find(({ id }) => id === 'douyin-request-shared');
const pushed = vectors.vectors.find(({ id }) => id === 'douyin-push-shared');
if (!request || !pushed) throw new Error('The vectors of Douyin are missing.');
const secret = String(request.secret);

describe('signature of Douyin Shop', () => {
  const call = {
    appKey: String(request.app_key),
    method: String(request.method),
    paramJson: String(request.param_json),
    timestamp: Number(request.timestamp),
  };

  it('signs a call as the known answer says', () => {
    expect(signRequest(call, secret)).toBe(request.expected);
  });

  it.each(['appKey', 'method', 'paramJson', 'timestamp'] as const)('covers %s', (part) => {
    expect(signRequest({ ...call, [part]: `${call[part]}1` }, secret)).not.toBe(request.expected);
  });

  it('signs a push over the raw bytes', () => {
    const body = bytes(String(pushed.raw_body));
    expect(signPush(String(pushed.app_key), body, secret)).toBe(pushed.expected);
    expect(signPush(String(pushed.app_key), bytes(`${String(pushed.raw_body)} `), secret)).not.toBe(pushed.expected);
  });
});

describe('door of Douyin Shop', () => {
  const keys = { fields: { app_key: String(pushed.app_key), secret }, secrets: [secret] };
  const acknowledge = { status: 200, contentType: 'application/json', body: '{"code":0,"msg":"success"}' };
  const verify = (body: string, sign?: string) =>
    adapter.push?.verify({ headers: sign === undefined ? {} : { 'Event-Sign': sign }, body: bytes(body) }, keys, 0);

  it('takes the known push, names it by its msg_id and acknowledges as the platform demands', () => {
    const taken = verify(String(pushed.raw_body), String(pushed.expected));
    expect(taken).toMatchObject({ ok: true, acknowledge, messages: [{ deliveryId: '6971234567890', topic: '101' }] });
  });

  it('splits an array into its messages under one signature', () => {
    const body =
      '[{"tag":100,"msg_id":"1","data":"{\\"p_id\\":1}"},{"tag":"0","msg_id":"0","data":""},{"tag":"206","msg_id":"2","data":"{}"}]';
    const taken = verify(body, signPush(String(pushed.app_key), bytes(body), secret));
    expect(taken).toMatchObject({ ok: true, messages: [{ topic: '100' }, { topic: '206' }] });
  });

  it.each(['', '[]', '[{"tag":"0","msg_id":"0","data":"2025-06-18"}]'])('answers the probe %j without keeping it', (body) => {
    expect(verify(body)).toEqual({ ok: true, messages: [], acknowledge });
  });

  it('refuses a missing or wrong signature and a body that is no JSON', () => {
    const body = String(pushed.raw_body);
    expect(verify(body)).toMatchObject({ ok: false, status: 401 });
    expect(verify(body, '0'.repeat(32))).toMatchObject({ ok: false, status: 401 });
    expect(verify(body.replace('1990', '1991'), String(pushed.expected))).toMatchObject({ ok: false, status: 401 });
    expect(verify('{', String(pushed.expected))).toMatchObject({ ok: false, status: 400 });
  });

  it('accepts every secret in force during a rotation', () => {
    const body = String(pushed.raw_body);
    const rotated = { fields: { app_key: String(pushed.app_key), secret: 'new' }, secrets: ['new', secret] };
    expect(adapter.push?.verify({ headers: { 'event-sign': String(pushed.expected) }, body: bytes(body) }, rotated, 0)).toMatchObject({
      ok: true,
    });
  });
});
