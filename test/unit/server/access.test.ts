import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { Access, readOperators, workspaceToken } from '#main/server/access.ts';
import type { Operator } from '#main/server/access.ts';
import { StartError } from '#main/server/start-error.ts';
import { DAY, HOUR } from '#shared/time.ts';

const directory = mkdtempSync(join(tmpdir(), 'orderpulse-access-'));
afterAll(() => rmSync(directory, { recursive: true }));

const admin: Operator = { operator: 'admin', role: 'admin', token: 'token-of-the-administrator' };
const li: Operator = { operator: '李·agent', role: 'agent', token: 'token-of-the-agent-li' };
let now = 1_000_000;
const access = new Access([admin, li], () => now);

describe('access', () => {
  it('by token', () => {
    expect(access.byToken(admin.token)).toBe(admin);
    expect(access.byToken(li.token)).toBe(li);
    expect(access.byToken(`${li.token} `)).toBeNull();
    expect(access.byToken('')).toBeNull();
  });

  it('by a code, once, within the hour', () => {
    const code = access.issueCode('admin');
    expect(access.redeemCode(code)).toBe(admin);
    expect(access.redeemCode(code)).toBeNull();
    const late = access.issueCode('admin');
    now += HOUR;
    expect(access.redeemCode(late)).toBeNull();
    expect(access.redeemCode('guessed')).toBeNull();
    expect(() => access.issueCode('nobody')).toThrow('nobody');
  });

  it('by cookie, for thirty days, also after a restart', () => {
    const { value, maxAge } = access.cookieFor(li);
    expect(maxAge).toBe(30 * 24 * 3600);
    expect(access.byCookie(value)).toBe(li);
    const restarted = new Access([admin, li], () => now);
    expect(restarted.byCookie(value)).toBe(li);
    now += 30 * DAY;
    expect(access.byCookie(value)).toBeNull();
  });

  it('a cookie dies with its token and with its operator', () => {
    const { value } = access.cookieFor(li);
    expect(new Access([admin, { ...li, token: 'another-token-of-li' }], () => now).byCookie(value)).toBeNull();
    expect(new Access([admin], () => now).byCookie(value)).toBeNull();
  });

  it('a cookie with any character changed is no cookie', () => {
    const { value } = access.cookieFor(li);
    fc.assert(
      fc.property(fc.nat(value.length - 1), fc.integer({ min: 33, max: 126 }), (at, code) => {
        const changed = `${value.slice(0, at)}${String.fromCharCode(code)}${value.slice(at + 1)}`;
        return changed === value || access.byCookie(changed) === null;
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('the workspace token', () => {
  it('is made once, is long, and only its owner may read it', () => {
    const first = workspaceToken(directory);
    expect(first.token).toMatch(/^[\w-]{43}$/);
    expect(workspaceToken(directory)).toEqual(first);
    expect(readFileSync(first.path, 'utf8')).toBe(`${first.token}\n`);
    if (process.platform !== 'win32') expect(statSync(first.path).mode & 0o777).toBe(0o600);
  });

  it('that cannot be written is a reason, not a stack', () => {
    expect(() => workspaceToken(join(directory, 'missing'))).toThrow(StartError);
  });
});

describe('the operators file', () => {
  const file = join(directory, 'operators.json');
  const read = (content: unknown) => {
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return readOperators(file);
  };

  it('lists operators with role and token', () => {
    expect(read([admin, li])).toEqual([admin, li]);
  });

  it.each([
    ['no JSON', '[', 'cannot be read'],
    ['nobody', [], 'not valid'],
    ['an unknown role', [{ ...li, role: 'emperor' }], '0.role'],
    ['a name the program goes by', [{ ...li, operator: ' hub ' }], '0.operator: the program itself'],
    ['a short token', [{ ...li, token: 'short' }], '0.token'],
    ['the same operator twice', [li, { ...li, token: 'another-token-of-li' }], 'each operator once'],
    ['the same token twice', [li, { ...li, operator: 'wang' }], 'each token once'],
  ])('with %s is refused with its place', (_case, content, word) => {
    expect(() => read(content)).toThrow(word);
  });

  it('that is not there is a reason', () => {
    expect(() => readOperators(join(directory, 'nowhere.json'))).toThrow(StartError);
  });
});
