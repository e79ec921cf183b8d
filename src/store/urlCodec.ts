import { toWire } from '../core/errors.ts';
import { presetSpec } from '../core/presets.ts';
import { parseRunSpec, type RunSpec } from '../core/runSpec.ts';
import { decodeView, encodeView, oneOf, type LinkView, type Refuse } from './linkView.ts';
import { parseRoute, routePath } from './route.ts';

export interface DecodedLink {
  /** Null when the link names no model: the caller chooses one. */
  readonly model: string | null;
  /** The spec for a model id. */
  readonly spec: (model: string) => RunSpec;
  readonly view: LinkView;
  /** One sentence per value that was ignored or changed. */
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
  ['twostage', ['frg', 'twoStage']],
  ['smoothing', ['frg', 'smoothing']],
  ['maps', ['frg', 'maps']],
  ['variant', ['frg', 'variant']],
  ['score', ['score']],
  ['selection', ['selection']],
  ['p', ['p']],
  ['keep', ['keep']],
  ['control', ['control']],
  ['epochs', ['fineTune', 'epochs']],
  ['patience', ['fineTune', 'patience']],
  ['retrain', ['fineTune', 'retrainRatio']],
  ['lr', ['fineTune', 'learningRate']],
  ['momentum', ['fineTune', 'momentum']],
  ['decay', ['fineTune', 'weightDecay']],
  ['batch', ['fineTune', 'batchSize']],
  ['mask', ['fineTune', 'mask']],
  ['test', ['evaluation', 'images']],
  ['seed', ['seed']],
];

/** The largest ε on its control. */
export const LARGEST_EPS = 128;
const LARGEST_BOUND = LARGEST_EPS / 255;
const BOUND = 'auto, k/255 or a number from 0 to 1';
/** What a key takes, where the schema's own words do not help. */
const EXPECTED: Readonly<Record<string, string>> = {
  eps: BOUND,
  alpha: BOUND,
  steps: 'a whole number from 1 to 100',
  images: 'a whole number from 1 to 512',
  twostage: 'true or false',
  smoothing: 'pixels, a number from 0.1 to 16',
  maps: 'all, main or inner',
  variant: 'projected or released',
  score: 'accuracy, targetShare or collapse',
  selection: 'global or perLayer',
  p: 'a number from 1 up',
  keep: 'feature-map numbers with commas between them',
  control: 'none, random, l1, fineTuneOnly or oracle',
  epochs: 'a whole number from 0 to 1000',
  patience: 'a whole number from 1 to 1000',
  retrain: 'a share from 0.001 to 1',
  test: 'a whole number from 1 to 1000000',
  seed: 'a whole number from 0 to 4294967295',
};
/** Least and most; of bounds, `boundOf` knows. */
const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  steps: [1, 100],
  images: [1, 512],
  smoothing: [0.1, 16],
  p: [1, Infinity],
  epochs: [0, 1000],
  patience: [1, 1000],
  retrain: [0.001, 1],
  test: [1, 1e6],
  seed: [0, 4294967295],
};
const WHOLE: ReadonlySet<string> = new Set([
  'steps',
  'images',
  'epochs',
  'patience',
  'test',
  'seed',
]);
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

/**
 * A pixel bound out of range: whoever writes 8 means 8/255, of which 1 would be far. What is larger
 * than the control can be set to becomes its end.
 */
function boundOf(value: number, isFraction: boolean): number {
  if (value < 0) return 0;
  if (value <= 1) return value;
  return isFraction ? LARGEST_BOUND : Math.min(LARGEST_BOUND, value / 255);
}

/** A number out of range becomes the nearest that is in it; anything else stays as it is. */
function clamped(key: string, value: unknown, text: string): unknown {
  if ((key === 'eps' || key === 'alpha') && typeof value === 'number')
    return boundOf(value, text.includes('/'));
  const [low, high] = RANGES[key] ?? [];
  if (low === undefined || high === undefined || typeof value !== 'number') return value;
  return Math.min(high, Math.max(low, WHOLE.has(key) ? Math.round(value) : value));
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
  encodeView(query, view);
  return `#${routePath(view.route)}?${query.toString().replaceAll('%2F', '/').replaceAll('%2C', ',')}`;
}

/** Reads a link. Whatever is not valid keeps its default and is named in `notices`. */
export function decodeLink(hash: string): DecodedLink {
  const query = new URLSearchParams(/\?(.*)$/s.exec(hash)?.[1] ?? '');
  const { route, notice } = parseRoute(hash);
  const notices: string[] = notice === null ? [] : [notice];
  const refuse: Refuse = (key, got, expected) => {
    notices.push(`The link’s ${key} “${got}” was ignored; it takes ${expected}.`);
  };
  const version = query.get('v');
  if (version !== null && version !== VERSION) refuse('version', version, VERSION);
  const preset = oneOf(query, 'preset', PRESETS, 'lab', refuse);
  let spec = presetSpec(preset, 'model');
  for (const [key, path] of FIELDS) {
    const text = query.get(key);
    if (text === null) continue;
    const asked = decodeValue(key, text);
    const value = clamped(key, asked, text);
    try {
      spec = parseRunSpec(write(spec, path, value));
      if (value !== asked)
        notices.push(
          `The link’s ${key} “${text}” became ${encodeValue(key, value)}; it takes ${EXPECTED[key] ?? ''}.`,
        );
      if (!FREE.has(key)) spec = { ...spec, preset: 'custom' };
    } catch (error) {
      refuse(key, text, EXPECTED[key] ?? toWire(error).expected ?? 'another value');
    }
  }
  return {
    model: query.get('model'),
    spec: (model) => ({ ...spec, model }),
    view: { ...decodeView(query, refuse), route },
    notices,
  };
}
