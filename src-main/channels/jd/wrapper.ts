import { fields } from '../kit/fields.ts';
import type { Fields } from '../kit/fields.ts';

/** JD wraps an answer in its method's name and `_responce` (sic) or `_response`; what is not wrapped stays as it is. */
export function unwrap(value: unknown): Fields {
  const outer = fields(value);
  const wrapper = Object.keys(outer).find((key) => /_respon[cs]e$/.test(key));
  return wrapper === undefined || wrapper === 'error_response' ? outer : fields(outer[wrapper]);
}
