import { methods } from '#shared/contract/index.ts';
import type { Answer, ErrorCode, MethodName, MethodOutput, MethodParams, Principal } from '#shared/contract/index.ts';
import type { LocalisedText } from '#shared/text.ts';
import type { z } from 'zod';

/** One handler per method of the contract: leaving one out, or answering another shape, does not compile. */
export type Handlers = {
  [N in MethodName]: (params: MethodParams<N>, principal: Principal) => MethodOutput<N> | Promise<MethodOutput<N>>;
};

/** An expected refusal. Handlers throw it, the dispatcher turns it into an answer in the caller's language. */
export class Refusal extends Error {
  override name = 'Refusal';
  readonly code: ErrorCode;
  readonly text: LocalisedText;
  readonly details: unknown;

  constructor(code: ErrorCode, text: LocalisedText, details?: unknown) {
    super(text.en);
    this.code = code;
    this.text = text;
    this.details = details;
  }
}

export interface DispatcherOptions {
  /** Turns an error of a port into a refusal; null for what it does not know. */
  explain?: (error: unknown) => Refusal | null;
  /** Told every error nobody expected, and every answer that does not match its schema. */
  onUnexpected: (error: unknown, method: string) => void;
  /** Checks answers against the output schemas. On in tests and development; it costs about as much as the answer itself. */
  checkOutputs: boolean;
}

const TEXTS = {
  unknownMethod: { zh: '没有这个请求', en: 'There is no such request' },
  badRequest: { zh: '请求的内容不符合约定', en: 'The request does not match its schema' },
  forbidden: { zh: '您的角色不能进行此操作，请联系主管', en: 'Your role may not do this; ask a supervisor' },
  internal: {
    zh: '程序内部出错，操作未生效；详情已写入日志',
    en: 'Something went wrong inside the hub and nothing was changed; the log has the details',
  },
} satisfies Record<string, LocalisedText>;

type Dispatch = (method: string, params: unknown, principal: Principal) => Promise<Answer<unknown>>;

/** The contract as one function: method by name, parameters as received. Never rejects. */
export function createDispatcher(handlers: Handlers, options: DispatcherOptions): Dispatch {
  return async (method, params, principal) => {
    if (!Object.hasOwn(methods, method)) return refuse(new Refusal('unknown_method', withDetail(TEXTS.unknownMethod, method)), principal);
    const name = method as MethodName;
    const definition = methods[name];
    if (!definition.roles.includes(principal.role)) return refuse(new Refusal('forbidden', TEXTS.forbidden), principal);
    const parsed = definition.input.safeParse(params ?? {});
    if (!parsed.success) return refuse(badRequest(parsed.error.issues), principal);
    try {
      // The map ties each name to its own types; TypeScript cannot follow that through a union of names.
      const handler = handlers[name] as (params: unknown, principal: Principal) => unknown;
      const value = await handler(parsed.data, principal);
      if (options.checkOutputs) checkOutput(name, definition.output, value, options);
      return { ok: true, value };
    } catch (error) {
      const refusal = error instanceof Refusal ? error : (options.explain?.(error) ?? null);
      if (refusal) return refuse(refusal, principal);
      options.onUnexpected(error, method);
      return refuse(new Refusal('internal', TEXTS.internal), principal);
    }
  };
}

function checkOutput(method: string, schema: z.ZodType, value: unknown, options: DispatcherOptions): void {
  const checked = schema.safeParse(value);
  if (checked.success) return;
  const error = new Error(`The answer of ${method} does not match its schema: ${places(checked.error.issues)}`);
  options.onUnexpected(error, method);
  throw error;
}

function badRequest(issues: readonly z.core.$ZodIssue[]): Refusal {
  const details = issues.map((issue) => ({ path: issue.path.map(String).join('.'), code: issue.code, message: issue.message }));
  return new Refusal('bad_request', withDetail(TEXTS.badRequest, places(issues)), details);
}

function places(issues: readonly z.core.$ZodIssue[]): string {
  return issues.map((issue) => `${issue.path.map(String).join('.') || '(top)'}: ${issue.message}`).join('; ');
}

function withDetail(text: LocalisedText, detail: string): LocalisedText {
  return { zh: `${text.zh}：${detail}`, en: `${text.en}: ${detail}` };
}

/** A refusal as the caller sees it. */
export function refuse(refusal: Refusal, principal: Pick<Principal, 'locale'>): Answer<never> {
  const error = { code: refusal.code, message: refusal.text[principal.locale] };
  return { ok: false, error: refusal.details === undefined ? error : { ...error, details: refusal.details } };
}
