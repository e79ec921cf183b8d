import type { Memory } from '../store/lesson.ts';

/** One entry of this device's storage; where that is closed, nothing outlives the page. */
export function memory(key: string): Memory {
  return {
    read: () => {
      try {
        return localStorage.getItem(key);
      } catch {
        return null;
      }
    },
    write: (text) => {
      try {
        localStorage.setItem(key, text);
      } catch {
        // What was to be kept lasts as long as the page.
      }
    },
  };
}
