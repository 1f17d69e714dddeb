import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { en } from '../../../src-renderer/locales/en/index.ts';
import { i18n, loadTexts, t } from '../../../src-renderer/locales/texts.ts';
import { zh } from '../../../src-renderer/locales/zh/index.ts';

function flat(texts: object, path = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(texts)) {
    const here = path ? `${path}.${key}` : key;
    if (typeof value === 'string') found.set(here, value);
    else for (const [inner, text] of flat(value as object, here)) found.set(inner, text);
  }
  return found;
}
const places = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g))].sort();
const chinese = flat(zh);
const english = flat(en);

describe('texts', () => {
  beforeAll(() => loadTexts('en'));
  afterEach(() => void (i18n.global.locale.value = 'zh'));

  it('have the same keys in both languages, none empty', () => {
    expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort());
    expect([...chinese, ...english].filter(([, text]) => text.trim() === '')).toEqual([]);
  });
  it('name the same values in both languages', () => {
    const differing = [...chinese].filter(([key, text]) => places(text).join() !== places(english.get(key) ?? '').join());
    expect(differing).toEqual([]);
  });
  it('can all be read: each is found by its path, and none holds a bare @, | or brace', () => {
    const values = Object.fromEntries([...chinese.values()].flatMap(places).map((place) => [place.slice(1, -1), '7']));
    for (const locale of ['zh', 'en'] as const) {
      i18n.global.locale.value = locale;
      const unread = [...chinese.keys()].filter((key) => i18n.global.t(key, values) === key || /[{}]|^$/.test(i18n.global.t(key, values)));
      expect(unread).toEqual([]);
    }
  });
  it('chooses the form of the number in English', () => {
    i18n.global.locale.value = 'en';
    expect([1, 14].map((count) => t('common.orders', { count }, count))).toEqual(['1 order', '14 orders']);
  });
});
