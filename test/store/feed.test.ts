import { describe, expect, it, vi } from 'vitest';
import { FrgFeed } from '../../src/store/feed.ts';

const MAPS = Int32Array.from([0, 1, 2]);
const LABELS = Int32Array.from([4, 5]);

describe('FrgFeed', () => {
  it('tells listeners of many rows once per repaint', () => {
    const waiting: (() => void)[] = [];
    const feed = new FrgFeed((callback) => waiting.push(callback));
    const heard = vi.fn();
    feed.subscribe(heard);
    feed.start({ maps: MAPS, labels: LABELS, classes: 6 });
    expect(heard).toHaveBeenCalledTimes(1);
    feed.append(0, Int16Array.from([4, 4]));
    feed.append(1, Int16Array.from([5, 5]));
    expect(waiting).toHaveLength(1);
    expect(feed.snapshot()?.rows).toBe(0);
    waiting[0]?.();
    expect(feed.snapshot()).toMatchObject({ rows: 2, classes: 6 });
    expect(heard).toHaveBeenCalledTimes(2);
    feed.append(2, Int16Array.from([4, 5]));
    feed.flush();
    expect([...(feed.snapshot()?.predictions ?? [])]).toEqual([4, 4, 5, 5, 4, 5]);
  });

  it('refuses rows that leave a gap or come too soon', () => {
    const feed = new FrgFeed(() => undefined);
    expect(() => {
      feed.append(0, Int16Array.from([1, 2]));
    }).toThrow(RangeError);
    feed.start({ maps: MAPS, labels: LABELS, classes: 6 });
    expect(() => {
      feed.append(2, Int16Array.from([1, 2]));
    }).toThrow('expected from row 0, got 2');
  });
});
