import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { pagePath, recordedTables } from '../../scripts/tables/all.ts';
import { table, withTables } from '../../scripts/tables/markdown.ts';

describe('the tables of recorded data', () => {
  it.each(Object.entries(recordedTables()))(
    'in %s say what public/data says: npm run record:tables',
    async (page, tables) => {
      const text = readFileSync(pagePath(page), 'utf8');
      expect(await withTables(text, tables)).toBe(text);
    },
  );

  it('change with the data, and need their places', async () => {
    const page = 'Before.\n\n<!-- a -->\n\nold\n\n<!-- end of a -->\n\nAfter.\n';
    const made = await withTables(page, { a: table(['x', 'y'], [[1, 'two']]) });
    expect(made).toMatch(/Before\.[^]*\| 1\s+\| two\s+\|[^]*After\./);
    expect(made).not.toContain('old');
    await expect(withTables(page, { b: [] })).rejects.toThrow('no <!-- b -->');
  });
});
