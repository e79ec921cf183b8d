import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { SavedRun, SavedRuns } from '../store/autosave.ts';

interface Runs extends DBSchema {
  runs: { key: string; value: SavedRun };
}

const NAME = 'fmp-lab-runs';
/** Of the database's layout; entries say by themselves which version wrote them. */
const VERSION = 1;
const KEPT = 3;

function open(): Promise<IDBPDatabase<Runs>> {
  return openDB<Runs>(NAME, VERSION, {
    upgrade: (database) => {
      database.createObjectStore('runs', { keyPath: 'id' });
    },
  });
}

/** Runs in this browser's IndexedDB. Ids are ISO times, so their order is that of the visits. */
export function savedRuns(): SavedRuns {
  let database: Promise<IDBPDatabase<Runs>> | null = null;
  const runs = (): Promise<IDBPDatabase<Runs>> => {
    database ??= open();
    // A refusal now must not be one for ever.
    database.catch(() => (database = null));
    return database;
  };
  return {
    newest: async (visit) => {
      const all = await (await runs()).getAll('runs');
      const others = all.filter(({ id }) => id !== visit);
      return others.sort((a, b) => a.savedAt.localeCompare(b.savedAt)).at(-1) ?? null;
    },
    write: async (run) => {
      const transaction = (await runs()).transaction('runs', 'readwrite');
      await transaction.store.put(run);
      const ids = (await transaction.store.getAllKeys()).sort();
      const old = ids.filter((id) => id !== run.id).slice(0, Math.max(0, ids.length - KEPT));
      await Promise.all(old.map((id) => transaction.store.delete(id)));
      await transaction.done;
    },
    remove: async (id) => {
      await (await runs()).delete('runs', id);
    },
  };
}
