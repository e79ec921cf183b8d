/**
 * Draws a part of the page so that it can be pressed and typed into; for tests that begin with
 * `@vitest-environment happy-dom`. No layout and no painting; those are for test/browser.
 */
import type { Window as HappyWindow } from 'happy-dom';
import { act, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { onTestFinished, vi } from 'vitest';

/** The size that every element has, in pixels of the layout, and how far the page is zoomed. */
export const layout = { width: 0, height: 0, zoom: 1 };
vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockImplementation(() => layout.width);
vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockImplementation(() => layout.height);
vi.spyOn(Element.prototype, 'getBoundingClientRect').mockImplementation(
  () => new DOMRect(0, 0, layout.zoom * layout.width, layout.zoom * layout.height),
);

const pen = new Proxy({}, { get: () => () => undefined, set: () => true });
/** Is called once for each time that a canvas is painted on, and takes whatever is painted. */
export const getContext = vi.spyOn(HTMLCanvasElement.prototype, 'getContext');
getContext.mockReturnValue(pen as GPUCanvasContext);

/** Refuses what a browser refuses. */
class Pixels extends ImageData {
  constructor(data: Uint8ClampedArray<ArrayBuffer>, width: number, height: number) {
    if (data.length === 0 || data.length !== 4 * width * height)
      throw new Error('no pixels, or not as many');
    super(data, width, height);
  }
}

vi.stubGlobal('ImageData', Pixels);
vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);

/** Does something that changes what is drawn, and lets everything settle that it began. */
export async function after(action: () => unknown): Promise<void> {
  await act(async () => {
    await action();
  });
  await act(() => new Promise((resolve) => setTimeout(resolve, 20)));
}

/**
 * Draws a node in the document until the test ends; what still runs then draws nothing.
 * @returns draws another in its place, as an update
 */
export async function open(node: ReactNode): Promise<(node: ReactNode) => Promise<void>> {
  const box = document.body.appendChild(document.createElement('div'));
  const root = createRoot(box);
  const draw = (next: ReactNode): Promise<void> => after(() => root.render(next));
  onTestFinished(async () => {
    await after(() => root.unmount());
    box.remove();
  });
  await draw(node);
  return draw;
}

/** The text of what is drawn. */
export function text(): string {
  return document.body.textContent;
}

const nameOf = (element: Element): string =>
  element.getAttribute('aria-label') ?? element.textContent;

/** All elements of a selector, of which those that say or are called `name`. */
export function findAll(selector: string, name?: string | RegExp): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(selector)].filter((element) => {
    const called = nameOf(element);
    return name === undefined || (typeof name === 'string' ? called === name : name.test(called));
  });
}

/** The one element of a selector that says or is called `name`. @throws Error when it is not there */
export function find(selector: string, name?: string | RegExp): HTMLElement {
  const [found] = findAll(selector, name);
  if (found === undefined) throw new Error(`there is no ${selector} ${String(name ?? '')}`);
  return found;
}

/** What a browser lets have the focus; happy-dom gives it to everything. */
const CAN = ':is([tabindex], button, input, select, textarea, a[href]):not([disabled])';

/** What has the focus, as the page calls it; empty: nothing has. */
export function focused(): string {
  const { activeElement } = document;
  return activeElement?.matches(CAN) === true ? nameOf(activeElement) : '';
}

/** Sends an element what a key or the pointer does. @returns false: the page took it for itself */
export async function send(
  to: Element,
  kind: `key${string}` | `pointer${string}`,
  facts: KeyboardEventInit & PointerEventInit = {},
): Promise<boolean> {
  const Kind = kind.startsWith('key') ? KeyboardEvent : PointerEvent;
  const event = new Kind(kind, { bubbles: true, cancelable: true, ...facts });
  await after(() => to.dispatchEvent(event));
  return !event.defaultPrevented;
}

/** Presses a control as one does with a pointer or Enter: it has the focus then. */
export async function press(control: HTMLElement): Promise<void> {
  await after(() => control.focus());
  await after(() => control.click());
}

/** Types into a field what stands in it afterwards. */
export async function type(field: HTMLElement, value: string): Promise<void> {
  // React watches the field's own property: a person's change comes past it.
  Reflect.set(HTMLInputElement.prototype, 'value', value, field);
  await after(() => field.dispatchEvent(new InputEvent('input', { bubbles: true })));
}

/** The system turns dark. */
export async function darken(): Promise<void> {
  const { happyDOM } = window as unknown as HappyWindow;
  happyDOM.settings.device.prefersColorScheme = 'dark';
  // Nothing changes in size: happy-dom asks its media queries again only then.
  await after(() => dispatchEvent(new Event('resize')));
}
