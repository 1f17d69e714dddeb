import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';

/** The build fails on a wrong arrow: each case is a line someone might write, in the room where it is wrong. */
const eslint = new ESLint();

async function rulesBroken(filePath: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(`${code}\n`, { filePath });
  return (result?.messages ?? []).map((message) => message.ruleId ?? message.message);
}

describe('direction of imports', () => {
  it.each([
    ['src-shared/x.ts', `import { readFileSync } from 'node:fs';\nexport const a = readFileSync;`, 'no-restricted-imports'],
    ['src-shared/x.ts', `import type { Outcome } from '#main/model/outcome.ts';\nexport type A = Outcome;`, 'import-x/no-restricted-paths'],
    ['src-main/engine/x.ts', `import Database from 'better-sqlite3';\nexport const a = Database;`, 'no-restricted-imports'],
    [
      'src-main/engine/x.ts',
      `import { readConfigFile } from '#main/hub/config.ts';\nexport const a = readConfigFile;`,
      'import-x/no-restricted-paths',
    ],
    [
      'src-main/engine/x.ts',
      `import { readConfigFile } from '../hub/config.ts';\nexport const a = readConfigFile;`,
      'import-x/no-restricted-paths',
    ],
    ['src-main/engine/x.ts', `export const a = Date.now();`, 'no-restricted-properties'],
    ['src-main/rules/x.ts', `export const a = Math.random();`, 'no-restricted-properties'],
    ['src-main/hub/x.ts', `import Database from 'better-sqlite3';\nexport const a = Database;`, 'no-restricted-imports'],
    ['src-main/hub/x.ts', `import axios from 'axios';\nexport const a = axios;`, 'no-restricted-imports'],
    ['src-main/hub/x.ts', `import { app } from 'electron';\nexport const a = app;`, 'no-restricted-imports'],
    [
      'src-main/gateway/x.ts',
      `import { readConfigFile } from '#main/hub/config.ts';\nexport const a = readConfigFile;`,
      'import-x/no-restricted-paths',
    ],
    [
      'src-renderer/x.ts',
      `import { readConfigFile } from '#main/hub/config.ts';\nexport const a = readConfigFile;`,
      'import-x/no-restricted-paths',
    ],
    ['src-renderer/views/x.ts', `import axios from 'axios';\nexport const a = axios;`, 'no-restricted-imports'],
  ])('%s refuses: %s', async (file, code, rule) => {
    expect(await rulesBroken(file, code)).toContain(rule);
  });

  it('allows the arrows of the table', async () => {
    expect(
      await rulesBroken('src-main/engine/x.ts', `import type { Outcome } from '#main/model/outcome.ts';\nexport type A = Outcome;`),
    ).toEqual([]);
    expect(await rulesBroken('src-main/storage/x.ts', `import Database from 'better-sqlite3';\nexport const a = Database;`)).toEqual([]);
  });
});
