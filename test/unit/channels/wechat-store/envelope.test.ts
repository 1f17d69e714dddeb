import { describe, expect, test } from 'vitest';
import { readEnvelope } from '#main/channels/wechat-store/envelope.ts';

const valueOf = (written: string) => {
  const read = readEnvelope(written);
  return read.ok ? read.value : 'refused';
};

describe('an envelope', () => {
  test.each([
    ['<xml><a>1</a></xml>', { a: '1' }],
    ['<?xml version="1.0"?>\n<xml>\n<a> 1 </a>\n<b><![CDATA[ <2> ]]></b></xml>', { a: '1', b: ' <2> ' }],
    ['<xml><a>\n<![CDATA[x]]>\n</a><b></b></xml>', { a: 'x', b: '' }],
    ['<xml><o><id>7</id><list><id>8</id></list></o></xml>', { o: { id: '7', list: { id: '8' } } }],
    ['<xml><a>x &lt; y</a><c d="1">no attributes</c><b>2</b></xml>', { a: 'x &lt; y', b: '2' }],
    // What follows an element that is never closed, or a section that never ends, cannot be told from what it holds.
    ['<xml><a>1</a><b>2<c>3</c></xml>', { a: '1' }],
    ['<xml><a>1</a><b><![CDATA[2</b></xml>', { a: '1' }],
    ['{"a":"1"}', { a: '1' }],
    ['<html><a>1</a></html>', 'refused'],
  ])('%s', (written, value) => expect(valueOf(written)).toEqual(value));

  test.each(['<a>', '<a><![CDATA[</a>', '<a>x</a', '< <', '<a><b></a>'])(
    'of a stranger is read once, whatever it is made of: %s',
    (piece) => {
      expect(valueOf(`<xml>${piece.repeat(Math.floor(500_000 / piece.length))}]]></xml>`)).not.toBe('refused');
    },
  );
});
