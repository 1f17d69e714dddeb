import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { roleSchema } from '#shared/contract/index.ts';
import type { Role } from '#shared/contract/index.ts';
import { DAY, HOUR } from '#shared/time.ts';
import { StartError } from './start-error.ts';

/** Someone who may log in, with the secret they prove themselves by. */
export interface Operator {
  operator: string;
  role: Role;
  token: string;
}

const SESSION_LIFETIME = 30 * DAY;
const CODE_LIFETIME = HOUR;

function digest(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}

/**
 * Who may enter: by token, by a one-time code printed at start, or by the cookie either of them was exchanged for.
 * Cookies are signed with a key derived from the operator's token: they outlive a restart, and die with the token.
 */
export class Access {
  readonly #operators: Map<string, Operator>;
  readonly #now: () => number;
  readonly #codes = new Map<string, { operator: Operator; expiresAt: number }>();

  constructor(operators: readonly Operator[], now: () => number = Date.now) {
    this.#operators = new Map(operators.map((operator) => [operator.operator, operator]));
    this.#now = now;
  }

  /** The operator of a token, or null. Every token is compared in constant time, whichever matches. */
  byToken(token: string): Operator | null {
    const given = digest(token);
    let found: Operator | null = null;
    for (const operator of this.#operators.values()) {
      if (timingSafeEqual(given, digest(operator.token))) found = operator;
    }
    return found;
  }

  /** A code that lets one browser in, once, within the hour. */
  issueCode(operatorId: string): string {
    const operator = this.#operators.get(operatorId);
    if (!operator) throw new Error(`no operator ${operatorId}`);
    const code = randomBytes(24).toString('base64url');
    this.#codes.set(code, { operator, expiresAt: this.#now() + CODE_LIFETIME });
    return code;
  }

  redeemCode(code: string): Operator | null {
    const entry = this.#codes.get(code);
    this.#codes.delete(code);
    return entry && entry.expiresAt > this.#now() ? entry.operator : null;
  }

  /** Value and lifetime (s) of a login cookie. */
  cookieFor(operator: Operator): { value: string; maxAge: number } {
    const content = `${Buffer.from(operator.operator).toString('base64url')}.${this.#now() + SESSION_LIFETIME}`;
    return { value: `${content}.${seal(operator, content)}`, maxAge: SESSION_LIFETIME / 1000 };
  }

  byCookie(value: string): Operator | null {
    const match = /^([\w-]+)\.(\d{1,16})\.([\w-]{43})$/.exec(value);
    if (!match?.[1] || !match[2] || !match[3] || Number(match[2]) <= this.#now()) return null;
    const operator = this.#operators.get(Buffer.from(match[1], 'base64url').toString('utf8'));
    if (!operator) return null;
    return timingSafeEqual(Buffer.from(match[3]), Buffer.from(seal(operator, `${match[1]}.${match[2]}`))) ? operator : null;
  }
}

function seal(operator: Operator, content: string): string {
  const key = createHmac('sha256', operator.token).update('orderpulse session cookie').digest();
  return createHmac('sha256', key).update(content).digest('base64url');
}

/** The token kept with the workspace: made on first use, readable by its owner only. */
export function workspaceToken(dataDirectory: string): { token: string; path: string } {
  const path = join(dataDirectory, 'token');
  try {
    const token = readFileSync(path, 'utf8').trim();
    if (token !== '') return { token, path };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw tokenFailure(path, error);
  }
  const token = randomBytes(32).toString('base64url');
  try {
    writeFileSync(path, `${token}\n`, { mode: 0o600 });
  } catch (error) {
    throw tokenFailure(path, error);
  }
  return { token, path };
}

function tokenFailure(path: string, error: unknown): StartError {
  const reason = (error as Error).message;
  return new StartError(`令牌文件 ${path} 无法读写：${reason}`, `The token file ${path} cannot be used: ${reason}`);
}

/** Who acts where no person does: what one of them did must never look like a person's work, or the other way round. */
const TAKEN: readonly string[] = ['hub', 'rule'];

const nameSchema = z
  .string()
  .trim()
  .min(1)
  .max(60)
  .refine((name) => !TAKEN.includes(name), { error: 'the program itself goes by this name / 程序自身使用这个名字' });

const operatorsSchema = z
  .array(z.strictObject({ operator: nameSchema, role: roleSchema, token: z.string().min(16) }))
  .min(1)
  .refine((list) => new Set(list.map((entry) => entry.operator)).size === list.length, { error: 'each operator once / 操作员不得重复' })
  .refine((list) => new Set(list.map((entry) => entry.token)).size === list.length, { error: 'each token once / 令牌不得重复' });

/** Reads `[{ "operator": "…", "role": "agent", "token": "…" }]`. Throws StartError with the place of the fault. */
export function readOperators(path: string): Operator[] {
  let raw: unknown;
  try {
    raw = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const reason = (error as Error).message;
    throw new StartError(`操作员文件 ${path} 无法读取：${reason}`, `The operators file ${path} cannot be read: ${reason}`);
  }
  const parsed = operatorsSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const places = parsed.error.issues.map((issue) => `${issue.path.join('.') || '(top)'}: ${issue.message}`).join('; ');
  throw new StartError(`操作员文件 ${path} 无效：${places}`, `The operators file ${path} is not valid: ${places}`);
}
