/** The page's typefaces inside an SVG, so that a file looks the same where they are not installed. */

/** A face as a style sheet declares it. */
export interface Face {
  readonly family: string;
  /** E.g. "100 900". */
  readonly weight: string;
  readonly style: string;
  /** Characters that it has, as in CSS; empty: all. */
  readonly range: string;
  /** Absolute. */
  readonly url: string;
}

/** The faces that the page's style sheets declare. */
export function declaredFaces(sheets: Iterable<CSSStyleSheet>): readonly Face[] {
  return [...sheets].flatMap((sheet) =>
    [...sheet.cssRules].flatMap((rule) => {
      if (!(rule instanceof CSSFontFaceRule)) return [];
      const of = (name: string): string => rule.style.getPropertyValue(name);
      const [, path] = /url\(["']?(.*?)["']?\)/.exec(of('src')) ?? [];
      if (path === undefined) return [];
      const { href } = new URL(path, sheet.href ?? document.baseURI);
      const family = unquoted(of('font-family'));
      const [weight, style] = [of('font-weight'), of('font-style')];
      return [{ family, weight, style, range: of('unicode-range'), url: href }];
    }),
  );
}

const unquoted = (name: string): string => name.trim().replace(/^["']|["']$/g, '');

/** Whether a CSS `unicode-range` holds the character. */
export function holds(range: string, character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  if (range.trim() === '') return true;
  return range.split(',').some((part) => {
    const [from = '', to = from] = part.trim().replace(/^u\+/i, '').split('-');
    const low = Number.parseInt(from.replaceAll('?', '0'), 16);
    const high = Number.parseInt(to.replaceAll('?', 'F'), 16);
    return code >= low && code <= high;
  });
}

/** Upright faces of these families that have some of the characters. @param used by family */
export function neededFaces(
  used: ReadonlyMap<string, string>,
  faces: readonly Face[],
): readonly Face[] {
  return faces.filter(({ family, style, range }) => {
    const text = used.get(family) ?? '';
    return style !== 'italic' && Array.from(text).some((character) => holds(range, character));
  });
}

/** Characters by the family that is asked for first. */
function charactersOf(svg: Element): ReadonlyMap<string, string> {
  const used = new Map<string, string>();
  for (const text of svg.querySelectorAll('text, tspan')) {
    const family = unquoted(
      text.closest('[font-family]')?.getAttribute('font-family')?.split(',')[0] ?? '',
    );
    const known = used.get(family) ?? '';
    used.set(family, [...new Set(known + text.textContent)].join(''));
  }
  return used;
}

async function dataUrl(url: string): Promise<string> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: HTTP status ${String(response.status)}`);
  const blob = new Blob([await response.arrayBuffer()], { type: 'font/woff2' });
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => {
      if (typeof reader.result === 'string') resolve(reader.result);
      else reject(new Error('the typeface could not be written as text'));
    };
    reader.onerror = () => {
      reject(reader.error ?? new Error('the typeface could not be read'));
    };
    reader.readAsDataURL(blob);
  });
}

/**
 * Style rules that hold the typefaces of these drawings. @throws Error where one cannot be fetched
 * @param svgs texts whose elements name their fonts in attributes
 */
export async function fontRules(svgs: readonly string[]): Promise<string> {
  const drawn = svgs.map((svg) => new DOMParser().parseFromString(svg, 'image/svg+xml'));
  const used = new Map<string, string>();
  for (const { documentElement } of drawn)
    for (const [family, text] of charactersOf(documentElement))
      used.set(family, (used.get(family) ?? '') + text);
  const needed = neededFaces(used, declaredFaces(document.styleSheets));
  const rules = needed.map(async ({ family, weight, range, url }) => {
    const within = range === '' ? '' : `unicode-range:${range};`;
    return `@font-face{font-family:'${family}';font-weight:${weight};${within}src:url(${await dataUrl(url)}) format('woff2')}`;
  });
  return (await Promise.all(rules)).join('\n');
}

/** The drawing with style rules of its own. */
export function withRules(svg: string, rules: string): string {
  return svg.replace(/^<svg[^>]*>/, (opening) => `${opening}<style>${rules}</style>`);
}

/** The drawing with its typefaces in it. @throws Error where one cannot be fetched */
export async function withFonts(svg: string): Promise<string> {
  return withRules(svg, await fontRules([svg]));
}
