import type { MethodName, MethodOutput, MethodParams } from '#shared/contract/index.ts';

/** What the invented hub can answer: enough for every page; the rest is refused as `unknown_method`. */
export type Answers = { [N in MethodName]?: (params: MethodParams<N>) => MethodOutput<N> };
export class FakeRefusal extends Error {
  readonly code: 'not_found' | 'stale_version' | 'undo_expired';
  constructor(code: 'not_found' | 'stale_version' | 'undo_expired') {
    super(code);
    this.code = code;
  }
}
