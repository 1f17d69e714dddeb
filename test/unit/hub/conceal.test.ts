import { expect, test } from 'vitest';
import { ChannelError } from '#main/channels/errors.ts';
import { concealed } from '#main/hub/feeds/conceal.ts';

const SECRET = 'a/secret+with "odd" signs';
const refused = (platformMessage: string) => new ChannelError('refused', { platformCode: '41', platformMessage });

test.each([
  ['as it is', SECRET],
  ['in an address', encodeURIComponent(SECRET)],
  ['in a form', new URLSearchParams({ token: SECRET }).toString()],
  ['in JSON', JSON.stringify({ token: SECRET })],
  ['in hex', Buffer.from(SECRET).toString('hex')],
])('a secret is taken out of what a platform says: %s', (_, said) => {
  const { text, message, details } = concealed(refused(`invalid: ${said} (line 3)`), [SECRET]);
  for (const told of [text.zh, text.en, message, details.platformMessage ?? '']) {
    expect(told).toContain('***');
    expect(told).toContain('(line 3)');
    expect(told).not.toMatch(/secret|7365637265|a%2F/);
  }
});

test.each(['', 'k', 'ke', 'key'])('in base64 behind %j', (before) => {
  const said = Buffer.from(`${before}:${SECRET}:tail`).toString('base64');
  const left = concealed(refused(`Basic ${said}`), [SECRET]).details.platformMessage ?? '';
  const readable = Buffer.from(left.replace(/^Basic /, '').replaceAll('***', ''), 'base64').toString('latin1');
  expect(left).toContain('***');
  expect(readable).not.toMatch(/secret|odd/);
});

test('an error without a secret is handed on as it is, and a value of a few letters is no secret', () => {
  const error = refused('invalid parameter ab');
  expect(concealed(error, [SECRET, 'ab', ''])).toBe(error);
});
