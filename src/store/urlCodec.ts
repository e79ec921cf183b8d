import { toWire } from '../core/errors.ts';
import { presetSpec } from '../core/presets.ts';
import { parseRunSpec, type RunSpec } from '../core/runSpec.ts';
import { decodeRules, encodeRules } from './controlRules.ts';
import { parseRoute, routePath } from './route.ts';
import type { Lens, Order, ViewSlice } from './state.ts';

/** The part of the view that a link carries. */
export type LinkView = Pick<ViewSlice, 'lens' | 'order' | 'focusMap' | 'route' | 'rules' | 'layer'>;

export interface DecodedLink {
  /** Null when the link names no model: the caller chooses one. */
  readonly model: string | null;
  /** The spec for a model id. */
  readonly spec: (model: string) => RunSpec;
  readonly view: LinkView;
  /** One sentence per value that was ignored. */
  readonly notices: readonly string[];
}

type Presets = Exclude<RunSpec['preset'], 'custom'>;
const PRESETS: readonly Presets[] = ['lab', 'released', 'paper'];
const VERSION = '1';

/** Short link keys and where their value sits in the spec. */
const FIELDS: readonly (readonly [
  key: string,
  path: readonly [string] | readonly [string, string],
])[] = [
  ['eps', ['frg', 'eps']],
  ['steps', ['frg', 'steps']],
  ['alpha', ['frg', 'alpha']],
  ['images', ['frg', 'images']],
  ['maps', ['frg', 'maps']],
  ['variant', ['frg', 'variant']],
  ['score', ['score']],
  ['selection', ['selection']],
  ['p', ['p']],
  ['keep', ['keep']],
  ['control', ['control']],
  ['epochs', ['fineTune', 'epochs']],
  ['retrain', ['fineTune', 'retrainRatio']],
  ['lr', ['fineTune', 'learningRate']],
  ['momentum', ['fineTune', 'momentum']],
  ['decay', ['fineTune', 'weightDecay']],
  ['batch', ['fineTune', 'batchSize']],
  ['mask', ['fineTune', 'mask']],
  ['test', ['evaluation', 'images']],
  ['seed', ['seed']],
];

const BOUND = 'auto, k/255 or a number from 0 to 1';
/** What a key takes, where the schema's own words do not help. */
const EXPECTED: Readonly<Record<string, string>> = {
  eps: BOUND,
  alpha: BOUND,
  steps: 'a whole number from 1 to 100',
  images: 'a whole number from 1 to 512',
  maps: 'all, main or inner',
  variant: 'projected or released',
  score: 'accuracy, targetShare or collapse',
  selection: 'global or perLayer',
  p: 'a number from 1 up',
  keep: 'feature-map numbers with commas between them',
  control: 'none, random, fineTuneOnly or oracle',
  epochs: 'a whole number from 0 to 1000',
  retrain: 'a share above 0 and up to 1',
  seed: 'a whole number from 0 to 4294967295',
};
/** Values that belong to a run, not to a preset: changing them keeps the preset's name. */
const FREE: ReadonlySet<string> = new Set(['p', 'keep', 'seed']);

type Json = Record<string, unknown>;

function read(spec: RunSpec, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, key) => (at as Json)[key], spec);
}

function write(spec: RunSpec, [first, second]: readonly string[], value: unknown): unknown {
  if (first === undefined) return spec;
  if (second === undefined) return { ...spec, [first]: value };
  const inner = (spec as unknown as Record<string, Json>)[first];
  return { ...spec, [first]: { ...inner, [second]: value } };
}

/** Pixel bounds are written as k/255 when they are that, other values as they are. */
function encodeValue(key: string, value: unknown): string {
  if ((key === 'eps' || key === 'alpha') && typeof value === 'number') {
    const k = Math.round(value * 255);
    if (k / 255 === value) return `${String(k)}/255`;
  }
  return String(value);
}

function decodeValue(key: string, text: string): unknown {
  // Nothing between two commas is no number, and not zero.
  if (key === 'keep')
    return text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  const fraction = /^(\d+)\/255$/.exec(text);
  if (fraction !== null) return Number(fraction[1]) / 255;
  if (text === 'true' || text === 'false') return text === 'true';
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}

function baseOf(spec: RunSpec): Presets {
  return spec.preset === 'custom' ? 'lab' : spec.preset;
}

/** The location hash of a spec and view: the page, the preset and whatever differs from it. */
export function encodeLink(spec: RunSpec, view: LinkView): string {
  const base = presetSpec(baseOf(spec), spec.model);
  const query = new URLSearchParams({ v: VERSION, model: spec.model, preset: baseOf(spec) });
  for (const [key, path] of FIELDS) {
    const value = read(spec, path);
    if (value !== read(base, path)) query.set(key, encodeValue(key, value));
  }
  if (view.lens === 'oracle') query.set('lens', view.lens);
  if (view.order === 'rank') query.set('order', view.order);
  const { hide, lock } = encodeRules(view.rules);
  if (lock !== '') query.set('lock', lock);
  if (hide !== '') query.set('hide', hide);
  if (view.layer !== null) query.set('layer', String(view.layer));
  if (view.focusMap !== null) query.set('map', String(view.focusMap));
  return `#${routePath(view.route)}?${query.toString().replaceAll('%2F', '/').replaceAll('%2C', ',')}`;
}

/** Reads a link. Whatever is not valid keeps its default and is named in `notices`. */
export function decodeLink(hash: string): DecodedLink {
  const query = new URLSearchParams(/\?(.*)$/s.exec(hash)?.[1] ?? '');
  const { route, notice } = parseRoute(hash);
  const notices: string[] = notice === null ? [] : [notice];
  const refuse = (key: string, got: string, expected: string): void => {
    notices.push(`The link’s ${key} “${got}” was ignored; it takes ${expected}.`);
  };
  const oneOf = <T extends string>(key: string, allowed: readonly T[], fallback: T): T => {
    const got = query.get(key);
    if (got === null) return fallback;
    const found = allowed.find((value) => value === got);
    if (found === undefined) refuse(key, got, allowed.join(' or '));
    return found ?? fallback;
  };
  const version = query.get('v');
  if (version !== null && version !== VERSION) refuse('version', version, VERSION);
  const preset = oneOf('preset', PRESETS, 'lab');
  let spec = presetSpec(preset, 'model');
  for (const [key, path] of FIELDS) {
    const text = query.get(key);
    if (text === null) continue;
    try {
      spec = parseRunSpec(write(spec, path, decodeValue(key, text)));
      if (!FREE.has(key)) spec = { ...spec, preset: 'custom' };
    } catch (error) {
      refuse(key, text, EXPECTED[key] ?? toWire(error).expected ?? 'another value');
    }
  }
  const lens = oneOf<Lens>('lens', ['defender', 'oracle'], 'defender');
  const order = oneOf<Order>('order', ['layer', 'rank'], 'layer');
  const rules = decodeRules(query.get('hide'), query.get('lock'), refuse);
  const layer = query.get('layer');
  const layerIsValid = layer !== null && /^\d{1,3}$/.test(layer);
  if (layer !== null && !layerIsValid) refuse('layer', layer, 'a layer number');
  const map = query.get('map');
  const mapIsValid = map !== null && /^\d{1,9}$/.test(map);
  if (map !== null && !mapIsValid) refuse('map', map, 'a feature-map number');
  return {
    model: query.get('model'),
    spec: (model) => ({ ...spec, model }),
    view: {
      lens,
      order,
      focusMap: mapIsValid ? Number(map) : null,
      route,
      rules,
      layer: layerIsValid ? Number(layer) : null,
    },
    notices,
  };
}
