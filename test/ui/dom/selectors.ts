/** The few CSS selectors that the page asks for. */
interface Selected {
  readonly nodeName: string;
  readonly parentElement: Selected | null;
  readonly children: readonly Selected[];
  readonly getAttribute: (name: string) => string | null;
}

const PART = /^(?:(\w+)|#([\w-]+)|\.([\w-]+)|\[([\w-]+)(?:="([^"]*)")?\]|(:last-child))/;

/** One element's own part, without spaces: `button.link[aria-pressed="true"]`. */
function isAlike(element: Selected, compound: string): boolean {
  for (let rest = compound; rest !== '';) {
    const match = PART.exec(rest);
    if (match === null) throw new Error(`this selector is not known here: ${compound}`);
    const [whole, tag, id, name, attribute, value, last] = match;
    rest = rest.slice(whole.length);
    if (tag !== undefined && element.nodeName.toLowerCase() !== tag) return false;
    if (id !== undefined && element.getAttribute('id') !== id) return false;
    const names = (element.getAttribute('class') ?? '').split(' ');
    if (name !== undefined && !names.includes(name)) return false;
    if (attribute !== undefined) {
      const has = element.getAttribute(attribute);
      if (has === null || (value !== undefined && has !== value)) return false;
    }
    if (last !== undefined && element.parentElement?.children.at(-1) !== element) return false;
  }
  return true;
}

/** The element fits the last part, and elements above it the others. */
function fits(element: Selected, parts: readonly string[]): boolean {
  const [own, next] = [parts.at(-1) ?? '', parts.slice(0, -1)];
  if (!isAlike(element, own)) return false;
  if (next.length === 0) return true;
  for (let at = element.parentElement; at !== null; at = at.parentElement)
    if (fits(at, next)) return true;
  return false;
}

/** Compounds, spaces between them, and commas. @throws Error for any other selector */
export function matches(element: Selected, selector: string): boolean {
  return selector.split(',').some((one) => fits(element, one.trim().split(/\s+/)));
}
