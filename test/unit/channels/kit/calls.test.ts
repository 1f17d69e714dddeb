import { describe, expect, it } from 'vitest';
import { ChannelError } from '#main/channels/errors.ts';
import { eachDetail } from '#main/channels/kit/details.ts';
import { grantOf, refreshTokenOf } from '#main/channels/kit/grants.ts';
import { optionText } from '#main/channels/kit/options.ts';
import { cursorOf, pageOf, totalOf } from '#main/channels/kit/pages.ts';
import { carrierCode, shipOnce } from '#main/channels/kit/shipping.ts';
import type { Parcels } from '#main/channels/kit/shipping.ts';

const SENT_AT = 1_750_000_000_000;
const payload = { topic: 'order', body: new Uint8Array() };

describe('details', () => {
  it('tells an order the platform does not know from one that could not be read', async () => {
    const now = () => SENT_AT + 5;
    const some = await eachDetail({ now }, ['1', '2'], (id) =>
      id === '1' ? Promise.resolve({ payload, sentAt: SENT_AT }) : Promise.reject(new ChannelError('not-found')),
    );
    expect(some).toEqual([
      { id: '1', payload, observedAt: SENT_AT },
      { id: '2', payload: null, observedAt: SENT_AT + 5 },
    ]);
    const broken = eachDetail({ now }, ['1'], () => Promise.reject(new ChannelError('transient')));
    await expect(broken).rejects.toMatchObject({ code: 'transient' });
  });
});

describe('pages', () => {
  it('begins at the first page and without a cursor', () => {
    expect([pageOf(null, 0), pageOf(null, 1), pageOf({ page: 7 }, 1), pageOf({ cursor: 'c' }, 1)]).toEqual([0, 1, 7, 1]);
    expect([cursorOf(null), cursorOf({ cursor: 'c' }), cursorOf({ page: 7 })]).toEqual(['', 'c', '']);
  });

  it('takes a total of nothing for nothing and a missing one for an answer that cannot be used', () => {
    expect([totalOf(0, 'total'), totalOf('12', 'total')]).toEqual([0, 12]);
    for (const absent of [undefined, null, '', 'null']) expect(() => totalOf(absent, 'total')).toThrow('total');
  });
});

describe('grants', () => {
  it('counts every life from the moment the token was asked for', () => {
    const told = { access_token: 'A', refresh_token: 'R', expires_in: '60', refresh_token_expires_in: 600 };
    expect(grantOf(told, SENT_AT)).toEqual({
      accessToken: 'A',
      refreshToken: 'R',
      expiresAt: SENT_AT + 60_000,
      refreshExpiresAt: SENT_AT + 600_000,
      identity: null,
    });
    expect(grantOf({ access_token: 'A' }, SENT_AT, { identity: '7' })).toMatchObject({ expiresAt: null, identity: '7' });
    expect(() => grantOf({ expires_in: 60 }, SENT_AT)).toThrow('access_token');
  });

  it('renews with the newest token, and asks for a person when there is none', () => {
    const grant = { accessToken: 'A', refreshToken: 'newest', expiresAt: null, refreshExpiresAt: null, identity: null };
    const entered = { keys: { fields: { refresh_token: 'entered' }, secrets: [] } };
    expect(refreshTokenOf(entered, grant)).toBe('newest');
    expect(refreshTokenOf(entered, null)).toBe('entered');
    const none = { keys: { fields: {}, secrets: [] } };
    expect(() => refreshTokenOf(none, null)).toThrow(expect.objectContaining({ code: 'token-revoked' }));
  });
});

describe('options', () => {
  it('falls back to the default of the manifest when nothing but blanks was set', () => {
    const manifest = {
      options: [
        {
          name: 'path',
          label: { zh: '', en: '' },
          help: { zh: '', en: '' },
          kind: 'text' as const,
          choices: [],
          default: '/ship',
          unconfirmed: true,
        },
      ],
    };
    expect(optionText(manifest, {}, 'path')).toBe('/ship');
    expect(optionText(manifest, { path: ' ' }, 'path')).toBe('/ship');
    expect(optionText(manifest, { path: '/other' }, 'path')).toBe('/other');
    expect(optionText(manifest, {}, 'unheard')).toBe('');
  });
});

/** Ships parcel SF1 to a platform that has these numbers and answers in this way; says what was asked of it. */
async function shipped(attempt: number, there: Parcels, answer?: ChannelError) {
  const asked: string[] = [];
  const outcome = await shipOnce(
    { attempt, trackingNumber: 'SF1' },
    () => Promise.resolve((asked.push('look'), there)),
    () => (asked.push('send'), answer ? Promise.reject(answer) : Promise.resolve()),
  ).then(
    () => 'shipped',
    (error: ChannelError) => `${error.code}: ${error.details.platformMessage ?? ''}`,
  );
  return { asked, outcome };
}

describe('shipping once', () => {
  const done = new ChannelError('already-done', { platformCode: '41', platformMessage: 'Shipped before.' });

  it.each([
    ['a first attempt', 1, [''], true, undefined, ['send'], 'shipped'],
    ['a first attempt that came through unheard', 1, ['SF1'], true, done, ['send', 'look'], 'shipped'],
    ['a first attempt after another parcel', 1, ['SF2'], false, done, ['send', 'look'], 'refused: Shipped before. SF2'],
    ['a repeat whose parcel is there', 2, ['SF2', 'SF1'], false, undefined, ['look'], 'shipped'],
    ['a repeat whose order went with another parcel', 2, ['SF2'], true, undefined, ['look'], 'refused: SF2'],
    ['a repeat beside a parcel of other lines', 2, ['SF2'], false, undefined, ['look', 'send'], 'shipped'],
    ['a repeat of what never arrived', 2, [''], true, undefined, ['look', 'send'], 'shipped'],
  ] as const)('%s', async (_case, attempt, numbers, complete, answer, asked, outcome) => {
    expect(await shipped(attempt, { numbers, complete }, answer)).toEqual({ asked, outcome });
  });

  it('hides no other refusal', async () => {
    expect(await shipped(1, { numbers: [], complete: false }, new ChannelError('transient'))).toEqual({
      asked: ['send'],
      outcome: 'transient: ',
    });
  });

  it('refuses a carrier the platform has no word for', () => {
    expect(carrierCode(() => 'shunfeng', 'sf')).toBe('shunfeng');
    expect(() => carrierCode(() => null, 'other')).toThrow(expect.objectContaining({ code: 'unsupported' }));
  });
});
