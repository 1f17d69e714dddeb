import { maskAddress, maskName, maskPhone } from '#main/channels/kit/mask.ts';
import { PERSONAL_FIELDS } from '#main/imports/index.ts';
import type { ImportField } from '#main/imports/index.ts';
import { PHONE_IN_TEXT } from '#shared/masked-text.ts';

/** A cell as a person may see it: personal columns masked, and phone numbers wherever they stand. */
export function maskCell(field: ImportField | null, cell: string): string {
  if (field === null || !PERSONAL_FIELDS.has(field)) return cell.replace(PHONE_IN_TEXT, '$1****$2');
  if (field === 'receiverPhone') return maskPhone(cell);
  return field === 'address' ? maskAddress(cell) : maskName(cell);
}
