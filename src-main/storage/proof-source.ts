import type { OrderGrade } from '#shared/order.ts';
import type { Clearance } from '#main/model/record.ts';
import type { FieldValue, Hit, VerdictRecord } from '#main/model/verdict.ts';
import { StoreError } from '#main/hub/store-error.ts';
import { asStoreError, openReader } from './database.ts';

/** A stored verdict with what a person had released of its order. */
export interface StoredVerdict {
  verdict: VerdictRecord;
  clearances: Clearance[];
}

/** Every verdict of a workspace, for judging them again. */
export interface ProofSource {
  /** Verdicts there are now. */
  count(): number;
  /** A published set as it was written; null where there is none of that version, or it is no JSON. */
  ruleSet(version: number): unknown;
  /** The weights of a radar model by its number; null where there is none. */
  radarModel(id: number): unknown;
  /** All verdicts in the order they were made, read in pieces. Throws StoreError. */
  verdicts(): Iterable<StoredVerdict>;
  close(): void;
}

interface Row {
  id: number;
  orderNo: string;
  orderVersion: number;
  at: number;
  ruleSetVersion: number;
  grade: string;
  healthScore: number;
  hits: string;
  inputs: string;
  fields: string | null;
  clearances: string | null;
}

const PIECE = 1_000;
const ROWS = `
  SELECT v.id, o.order_no AS orderNo, v.order_version AS orderVersion, v.at, v.rule_set_version AS ruleSetVersion, v.grade,
    v.health_score AS healthScore, v.hits, v.inputs, r.fields,
    CASE WHEN instr(o.document, '"clearances":[{') > 0 THEN json_extract(o.document, '$.clearances') END AS clearances
  FROM verdicts AS v JOIN orders AS o ON o.id = v.order_id LEFT JOIN rule_sets AS r ON r.version = v.rule_set_version
  WHERE v.id > ? ORDER BY v.id LIMIT ?`;

function toVerdict(row: Row): StoredVerdict {
  const { orderNo, orderVersion, at, ruleSetVersion, healthScore } = row;
  return {
    verdict: {
      ...{ orderNo, orderVersion, at, ruleSetVersion, healthScore },
      grade: row.grade as OrderGrade,
      hits: JSON.parse(row.hits) as Hit[],
      fields: JSON.parse(row.fields ?? '[]') as string[],
      inputs: JSON.parse(row.inputs) as FieldValue[],
    },
    clearances: JSON.parse(row.clearances ?? '[]') as Clearance[],
  };
}

/** A row that is no JSON any more was not written so: the file is damaged. */
function asDamage(error: unknown): unknown {
  return error instanceof SyntaxError ? new StoreError('corrupt', error.message, { cause: error }) : asStoreError(error);
}

/** Opens a workspace's database for reading, also beside a running hub. Throws StoreError. */
export function openProofSource(path: string): ProofSource {
  const database = openReader({ path });
  try {
    const rows = database.prepare<[number, number], Row>(ROWS);
    const set = database.prepare<[number], string>('SELECT document FROM rule_sets WHERE version = ?').pluck();
    const count = database.prepare<[], number>('SELECT count(*) FROM verdicts').pluck();
    return {
      count: () => count.get() as number,
      ruleSet(version) {
        const document = set.get(version);
        if (document === undefined) return null;
        try {
          return JSON.parse(document) as unknown;
        } catch {
          return null;
        }
      },
      radarModel(id) {
        // Asked only where a verdict names a model, so that a database of before there were any is read as well.
        const stored = database.prepare<[number], string>('SELECT document FROM radar_models WHERE id = ?').pluck().get(id);
        return stored === undefined ? null : (JSON.parse(stored) as unknown);
      },
      *verdicts() {
        try {
          for (let after = 0; ;) {
            const piece = rows.all(after, PIECE);
            for (const row of piece) yield toVerdict(row);
            const last = piece.at(-1);
            if (!last || piece.length < PIECE) return;
            after = last.id;
          }
        } catch (error) {
          throw asDamage(error);
        }
      },
      close: () => void database.close(),
    };
  } catch (error) {
    database.close();
    throw asStoreError(error);
  }
}
