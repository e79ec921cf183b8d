/** Tells at a glance whether two sweeps came out the same, on one machine or on two. */
import type { FrgTable } from '../core/frg/score.ts';

const known = new WeakMap<FrgTable, string>();

/**
 * FNV-1a of what a complete sweep found, 8 hex digits; null while maps are missing. Equal for equal
 * predictions on equal images and maps: the same network, settings, seed and backend give it again.
 */
export function fingerprint(table: FrgTable): string | null {
  if (table.rows < table.maps.length || table.rows === 0) return null;
  const hit = known.get(table);
  if (hit !== undefined) return hit;
  let hash = 0x811c9dc5;
  for (const part of [table.maps, table.labels, table.predictions])
    for (const value of part)
      for (let byte = 0; byte < 4; byte++)
        hash = Math.imul(hash ^ ((value >> (8 * byte)) & 0xff), 0x01000193);
  const text = (hash >>> 0).toString(16).padStart(8, '0');
  known.set(table, text);
  return text;
}
