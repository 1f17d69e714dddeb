import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import * as douyin from '#main/channels/douyin/sign.ts';
import * as jd from '#main/channels/jd/sign.ts';
import * as kuaishou from '#main/channels/kuaishou/sign.ts';
import * as lazada from '#main/channels/lazada/sign.ts';
import * as pinduoduo from '#main/channels/pinduoduo/sign.ts';
import * as shopify from '#main/channels/shopify/sign.ts';
import * as standardWebhooks from '#main/channels/standard-webhooks/sign.ts';
import * as taobao from '#main/channels/taobao/sign.ts';
import * as wechatStore from '#main/channels/wechat-store/sign.ts';
import * as woocommerce from '#main/channels/woocommerce/sign.ts';
import * as xiaohongshu from '#main/channels/xiaohongshu/sign.ts';
import * as youzan from '#main/channels/youzan/sign.ts';
import { kdniaoSign, kuaidi100Sign } from '#main/hub/partner-doors/sign.ts';
import { dingtalkSign, feishuSign } from '#main/partners/robots/sign.ts';
import vectors from '../../fixtures/channels/vectors.json' with { type: 'json' };

/** A known answer by its field names; `change` spoils its content, so that the answer must differ. */
class Vector {
  readonly id: string;
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #spoilt: string | null;

  constructor(fields: Readonly<Record<string, unknown>>, spoilt: string | null = null) {
    this.id = String(fields['id']);
    this.#fields = fields;
    this.#spoilt = spoilt;
  }

  /** Spoils one field by one character (or one parameter of `params`). */
  spoil(name: string): Vector {
    return new Vector(this.#fields, name);
  }

  text(name: string): string {
    const value = this.#fields[name];
    if (typeof value !== 'string' && typeof value !== 'number') throw new Error(`${this.id} has no ${name}`);
    return this.#spoilt === name ? changed(String(value)) : String(value);
  }

  bytes(name: string): Buffer {
    return Buffer.from(this.text(name), 'utf8');
  }

  get params(): Record<string, string> {
    const params = { ...(this.#fields['params'] as Record<string, string>) };
    if (this.#spoilt !== 'params') return params;
    // The way of signing stays: what is signed is another.
    const name = Object.keys(params).find((candidate) => !['sign_method', 'format'].includes(candidate)) ?? '';
    return { ...params, [name]: changed(params[name] ?? '') };
  }
}

/** The same text but for one byte in its middle. */
function changed(text: string): string {
  const middle = Math.floor(text.length / 2);
  return `${text.slice(0, middle)}${text[middle] === '1' ? '2' : '1'}${text.slice(middle + 1)}`;
}

interface KnownAnswer {
  /** Field that holds the answer. */
  answer: string;
  /** Field whose change must change the answer. */
  content: string;
  compute(vector: Vector): string | null;
}

const standardPush = (vector: Vector) =>
  standardWebhooks.signPush(vector.text('webhook_id'), vector.text('timestamp'), vector.bytes('raw_body'), vector.text('secret'));

const ANSWERS: Record<string, KnownAnswer[]> = {
  'taobao-request-md5-1': [
    { answer: 'expected', content: 'params', compute: (vector) => taobao.signRequest(vector.params, vector.text('secret')) },
  ],
  'taobao-request-hmac-1': [
    { answer: 'expected', content: 'params', compute: (vector) => taobao.signRequest(vector.params, vector.text('secret')) },
  ],
  'jd-request-md5-1': [
    { answer: 'expected', content: 'params', compute: (vector) => jd.signRequest(vector.params, vector.text('secret')) },
  ],
  'pdd-request-md5-1': [
    { answer: 'expected', content: 'params', compute: (vector) => pinduoduo.signRequest(vector.params, vector.text('secret')) },
  ],
  'pdd-ws-path-2': [
    {
      answer: 'expected',
      content: 'timestamp_ms',
      compute: (vector) => pinduoduo.socketPath(vector.text('client_id'), vector.text('secret'), Number(vector.text('timestamp_ms'))),
    },
  ],
  'douyin-request-shared': [
    {
      answer: 'expected',
      content: 'param_json',
      compute: (vector) =>
        douyin.signRequest(
          {
            appKey: vector.text('app_key'),
            method: vector.text('method'),
            paramJson: vector.text('param_json'),
            timestamp: vector.text('timestamp'),
          },
          vector.text('secret'),
        ),
    },
  ],
  'douyin-push-shared': [
    {
      answer: 'expected',
      content: 'raw_body',
      compute: (vector) => douyin.signPush(vector.text('app_key'), vector.bytes('raw_body'), vector.text('secret')),
    },
  ],
  'youzan-push-shared': [
    {
      answer: 'expected',
      content: 'msg',
      compute: (vector) => youzan.signPush(vector.text('client_id'), vector.text('msg'), vector.text('secret')),
    },
  ],
  'youzan-message-aes-2': [
    {
      answer: 'expected',
      content: 'ciphertext',
      compute: (vector) => youzan.decryptMessage(vector.text('ciphertext'), vector.text('secret')),
    },
  ],
  'wechat-aes-1': [
    {
      answer: 'expected',
      content: 'plaintext',
      compute: (vector) =>
        wechatStore.encrypt(vector.text('plaintext'), vector.text('encodingAESKey'), vector.text('appid'), vector.text('random16')),
    },
    {
      answer: 'plaintext',
      content: 'expected',
      compute: (vector) => wechatStore.decrypt(vector.text('expected'), vector.text('encodingAESKey'))?.message ?? null,
    },
  ],
  'wechat-push-shared': [
    {
      answer: 'expected_signature',
      content: 'nonce',
      compute: (vector) => wechatStore.signParts(vector.text('token'), vector.text('timestamp'), vector.text('nonce')),
    },
    {
      answer: 'expected_msg_signature',
      content: 'encrypt',
      compute: (vector) =>
        wechatStore.signParts(vector.text('token'), vector.text('timestamp'), vector.text('nonce'), vector.text('encrypt')),
    },
    {
      answer: 'plaintext',
      content: 'encrypt',
      compute: (vector) => wechatStore.decrypt(vector.text('encrypt'), vector.text('encodingAESKey'))?.message ?? null,
    },
  ],
  'shopify-webhook-1': [
    { answer: 'expected', content: 'raw_body', compute: (vector) => shopify.signPush(vector.bytes('raw_body'), vector.text('secret')) },
  ],
  'shopify-oauth-hmac-1': [
    {
      answer: 'expected',
      content: 'query_sorted',
      compute: (vector) => shopify.signOauthQuery(vector.text('query_sorted'), vector.text('secret')),
    },
  ],
  'woocommerce-webhook-shared': [
    { answer: 'expected', content: 'raw_body', compute: (vector) => woocommerce.signPush(vector.bytes('raw_body'), vector.text('secret')) },
  ],
  'standard-webhooks-1': [{ answer: 'expected', content: 'raw_body', compute: standardPush }],
  'lazada-request-1': [
    {
      answer: 'expected',
      content: 'params',
      compute: (vector) => lazada.signRequest(vector.text('path'), vector.params, vector.text('secret')),
    },
  ],
  'lazada-push-shared': [
    {
      answer: 'expected',
      content: 'raw_body',
      compute: (vector) => lazada.signPush(vector.bytes('raw_body'), vector.text('app_key'), vector.text('secret')),
    },
  ],
  'kuaishou-request-md5': [
    {
      answer: 'expected',
      content: 'param',
      compute: (vector) =>
        kuaishou.signRequest(
          {
            accessToken: vector.text('access_token'),
            appkey: vector.text('appkey'),
            method: vector.text('method'),
            param: vector.text('param'),
            signMethod: 'MD5',
            timestamp: vector.text('timestamp'),
          },
          vector.text('signSecret'),
        ),
    },
  ],
  'xiaohongshu-request-shared': [
    {
      answer: 'expected',
      content: 'timestamp',
      compute: (vector) =>
        xiaohongshu.signRequest(
          {
            method: vector.text('method'),
            appId: vector.text('appId'),
            timestamp: vector.text('timestamp'),
            version: vector.text('version'),
          },
          vector.text('secret'),
        ),
    },
  ],
  'dingtalk-sign-shared': [
    {
      answer: 'expected_base64',
      content: 'timestamp_ms',
      compute: (vector) => dingtalkSign(vector.text('timestamp_ms'), vector.text('secret')),
    },
    {
      answer: 'expected_urlencoded',
      content: 'timestamp_ms',
      compute: (vector) => encodeURIComponent(dingtalkSign(vector.text('timestamp_ms'), vector.text('secret'))),
    },
  ],
  'feishu-sign-shared': [
    {
      answer: 'expected',
      content: 'timestamp_s',
      compute: (vector) => feishuSign(vector.text('timestamp_s'), vector.text('secret')),
    },
  ],
  'kuaidi100-callback-shared': [
    { answer: 'expected', content: 'param', compute: (vector) => kuaidi100Sign(vector.text('param'), vector.text('salt')) },
  ],
  'kdniao-datasign-shared': [
    {
      answer: 'expected_base64',
      content: 'request_data',
      compute: (vector) => kdniaoSign(vector.text('request_data'), vector.text('api_key')),
    },
  ],
};

describe('known answers', () => {
  it.each(vectors.vectors.map((fields) => [fields.id, new Vector(fields)] as const))('%s', (id, vector) => {
    const answers = ANSWERS[id] ?? [];
    expect(answers.length, `no function is named for the known answer ${id}`).toBeGreaterThan(0);
    for (const { answer, content, compute } of answers) {
      expect(compute(vector)).toBe(vector.text(answer));
      expect(compute(vector.spoil(content)), `${content} changed by one byte`).not.toBe(vector.text(answer));
    }
  });
});
