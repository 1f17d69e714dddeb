import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readOutcomes, recogniseOutcomes } from '#main/replay/outcomes.ts';
import { fileSize, readTextLines } from '#main/replay/text-lines.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'orderpulse-replay-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function linesOf(path: string): Promise<string[]> {
  const lines: string[] = [];
  for await (const { number, text } of readTextLines(path)) {
    expect(number).toBe(lines.length + 1);
    lines.push(text);
  }
  return lines;
}

describe('readTextLines', () => {
  it('reads gzip and plain alike, whatever the name, with any line ending and a byte-order mark', async () => {
    expect(await linesOf(file('packed.jsonl', gzipSync('甲\n乙\n')))).toEqual(['甲', '乙']);
    expect(await linesOf(file('plain.jsonl.gz', '\uFEFFone\r\ntwo\n\nfour'))).toEqual(['one', 'two', '', 'four']);
    expect(await linesOf(file('empty.jsonl', ''))).toEqual([]);
  });

  it('reads gzip of several members, as appended logs have', async () => {
    expect(await linesOf(file('two.gz', Buffer.concat([gzipSync('a\n'), gzipSync('b\n')])))).toEqual(['a', 'b']);
  });

  it('counts the bytes of the file itself', async () => {
    const path = file('counted.gz', gzipSync('x\n'.repeat(50_000)));
    let seen = 0;
    for await (const line of readTextLines(path, (bytes) => (seen += bytes))) expect(line.text).toBe('x');
    expect(seen).toBe(await fileSize(path));
  });

  it('says where a file breaks off, after giving what came before', async () => {
    const whole = gzipSync(Array.from({ length: 20_000 }, (_, index) => `{"n":${index},"r":${(index * 7919) % 10_007}}`).join('\n'));
    const path = file('broken.gz', whole.subarray(0, Math.floor(whole.length / 2)));
    let lines = 0;
    const reading = (async () => {
      for await (const line of readTextLines(path)) lines = line.number;
    })();
    await expect(reading).rejects.toThrow(/broken\.gz breaks off after line \d+/);
    expect(lines).toBeGreaterThan(100);
  });

  it('names a file that is not there', async () => {
    await expect(linesOf(join(folder, 'missing.gz'))).rejects.toThrow(/missing\.gz cannot be opened/);
    await expect(linesOf(folder)).rejects.toThrow(/is not a file/);
  });

  it('can be left early without leaking the file', async () => {
    const path = file('early.gz', gzipSync('a\nb\nc\n'));
    for await (const line of readTextLines(path)) if (line.number === 1) break;
    rmSync(path);
    expect(() => readFileSync(path)).toThrow();
  });
});

describe('readOutcomes', () => {
  it.each([
    ['dataco-outcomes.csv.gz', 'dataco', 60],
    ['online-retail-outcomes.csv.gz', 'online-retail', 27],
    ['scms-outcomes.csv.gz', 'scms', 60],
  ])('knows %s by its columns', async (name, id, rows) => {
    const formats: string[] = [];
    for await (const { format } of readOutcomes(`test/fixtures/replay/${name}`)) formats.push(format.id);
    expect(formats).toEqual(Array.from({ length: rows }, () => id));
  });

  it('tells rows it cannot use, and takes the others', async () => {
    const text = 'order_id,days_late,late\n1,2,1\n2,0\n3,0,0\n,5,1\n4,0,0,0\n5,0,0\n';
    const refused: number[] = [];
    const ids: string[] = [];
    for await (const { row } of readOutcomes(file('ragged.csv', text), ({ line }) => refused.push(line))) ids.push(row.order_id ?? '');
    expect(ids).toEqual(['1', '3', '5']);
    expect(refused.sort()).toEqual([3, 5, 6]);
  });

  it('refuses a table it does not know, an empty one and a broken one', async () => {
    const read = async (path: string): Promise<void> => {
      for await (const { row } of readOutcomes(path)) expect(row).toBeDefined();
    };
    await expect(read(file('other.csv', 'a,b\n1,2\n'))).rejects.toThrow(/no outcome file known here; its columns are: a, b/);
    await expect(read(file('empty.csv', ''))).rejects.toThrow(/empty\.csv is empty/);
    const packed = gzipSync('order_id,days_late,late\n' + '1,2,0\n'.repeat(50_000));
    await expect(read(file('broken.csv.gz', packed.subarray(0, 100)))).rejects.toThrow(/broken\.csv\.gz cannot be read/);
  });
});

describe('labels', () => {
  const onlineRetail = recogniseOutcomes(['order_id', 'matchable', 'fully_returned', 'follow_up_days']);
  const row = { matchable: '1', returned_value_minor: '100', fully_returned: '1', first_return_hours: '23.9', follow_up_days: '30' };
  const verdicts = (change: Record<string, string>): (boolean | null)[] =>
    (onlineRetail?.labels ?? []).map((label) => label.isBad({ ...row, ...change }));

  it.each<[string, Record<string, string>, (boolean | null)[]]>([
    ['returned within a day', {}, [true, true]],
    ['returned later', { first_return_hours: '24.1' }, [true, false]],
    ['partly returned', { fully_returned: '0' }, [true, false]],
    ['kept', { returned_value_minor: '0', fully_returned: '0', first_return_hours: '' }, [false, false]],
    ['followed too short for returns, long enough for slips', { follow_up_days: '29' }, [null, true]],
    ['no customer, so nothing could be attributed', { matchable: '0' }, [null, null]],
  ])('online-retail: %s', (_name, change, expected) => {
    expect(verdicts(change)).toEqual(expected);
  });

  it('scms: late is an outcome, and bad is not told', () => {
    const scms = recogniseOutcomes(['order_id', 'days_late', 'late']);
    expect(scms?.main).toBeNull();
    expect([scms?.isLate({ late: '1' }), scms?.isLate({ late: '0' }), scms?.isLate({ late: '' })]).toEqual([true, false, null]);
  });
});
