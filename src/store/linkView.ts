/** The part of a link about what is looked at, beside the settings of the run. */
import { decodeRules, encodeRules } from './controlRules.ts';
import type { Axis } from '../core/study/sweepSpec.ts';
import type { Lens, MapRange, Order, ViewSlice } from './viewState.ts';

/** The part of the view that a link carries. */
export type LinkView = Pick<
  ViewSlice,
  | ('lens' | 'order' | 'focusMap' | 'route' | 'rules' | 'layer')
  | ('pins' | 'range' | 'ghost' | 'of' | 'over')
>;

/** Told a key, what it had and what it takes. */
export type Refuse = (key: string, got: string, expected: string) => void;

/** Cards that fit beside one another. */
export const MAX_PINS = 4;

/** Adds whatever differs from the page as it opens. */
export function encodeView(query: URLSearchParams, view: Omit<LinkView, 'route'>): void {
  const { lens, order, rules, layer, focusMap, pins, range, ghost, of, over } = view;
  if (lens === 'oracle') query.set('lens', lens);
  if (order === 'rank') query.set('order', order);
  const { hide, lock } = encodeRules(rules);
  if (lock !== '') query.set('lock', lock);
  if (hide !== '') query.set('hide', hide);
  if (layer !== null) query.set('layer', String(layer));
  // Below 0: the card was closed.
  if (focusMap !== null && focusMap >= 0) query.set('map', String(focusMap));
  if (pins.length > 0) query.set('pins', pins.join(','));
  if (range !== null) query.set('range', `${String(range.from)}-${String(range.to)}`);
  if (!ghost) query.set('ghost', 'off');
  if (of !== null) query.set('of', of);
  if (over !== 'eps') query.set('over', over);
}

/** One of a few words. */
export function oneOf<T extends string>(
  query: URLSearchParams,
  key: string,
  allowed: readonly T[],
  fallback: T,
  refuse: Refuse,
): T {
  const got = query.get(key);
  if (got === null) return fallback;
  const found = allowed.find((value) => value === got);
  if (found === undefined) refuse(key, got, allowed.join(' or '));
  return found ?? fallback;
}

/** Reads what `encodeView` wrote; what is not valid keeps its default and is refused. */
export function decodeView(query: URLSearchParams, refuse: Refuse): Omit<LinkView, 'route'> {
  const read = <T>(
    key: string,
    shape: RegExp,
    parse: (text: string) => T,
    expected: string,
  ): T | null => {
    const text = query.get(key);
    if (text === null) return null;
    if (shape.test(text)) return parse(text);
    refuse(key, text, expected);
    return null;
  };
  const numbers = (text: string): number[] => text.split(/[,-]/).map(Number);
  return {
    lens: oneOf<Lens>(query, 'lens', ['defender', 'oracle'], 'defender', refuse),
    order: oneOf<Order>(query, 'order', ['layer', 'rank'], 'layer', refuse),
    rules: decodeRules(query.get('hide'), query.get('lock'), refuse),
    layer: read('layer', /^\d{1,3}$/, Number, 'a layer number'),
    focusMap: read('map', /^\d{1,9}$/, Number, 'a feature-map number'),
    pins:
      read(
        'pins',
        /^\d{1,9}(?:,\d{1,9}){0,3}$/,
        (text) => [...new Set(numbers(text))],
        `up to ${String(MAX_PINS)} feature-map numbers with commas between them`,
      ) ?? [],
    range: read('range', /^\d{1,9}-\d{1,9}$/, rangeOf, 'two feature-map numbers, as in 3-17'),
    ghost: oneOf(query, 'ghost', ['on', 'off'], 'on', refuse) === 'on',
    of: read('of', /^[\w.-]{1,80}$/, String, 'the id of a network'),
    over: oneOf<Axis>(query, 'over', ['eps', 'p', 'retrain', 'rate'], 'eps', refuse),
  };
}

function rangeOf(text: string): MapRange {
  const [a = 0, b = 0] = text.split('-').map(Number);
  return { from: Math.min(a, b), to: Math.max(a, b) };
}
