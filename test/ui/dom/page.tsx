/** Draws a part of the page so that it can be pressed and typed into. To be imported before React is. */
import { act, type ReactNode } from 'react';
import { afterEach } from 'vitest';
import { PageDocument, PageInput, PageSelect } from './document.ts';
import { PageEvent, PageTarget } from './events.ts';
import { PageElement, PageNode } from './nodes.ts';

const view = new PageTarget();
const page = new PageDocument(view, globalThis);
/** Hears `change` where the system turns light or dark. */
export const scheme = new PageTarget();

/** Sizes come from the test. */
class Observer {
  observe(): void {
    // Nothing changes by itself.
  }
  disconnect(): void {
    // Nothing was observed.
  }
}

/** Refuses what a browser refuses. */
class Image {
  readonly data: Uint8ClampedArray;

  constructor(data: Uint8ClampedArray, width: number, height: number) {
    if (data.length === 0 || data.length !== 4 * width * height)
      throw new Error('no pixels, or not as many');
    this.data = data;
  }
}

Object.assign(globalThis, {
  ...{ window: globalThis, document: page, IS_REACT_ACT_ENVIRONMENT: true },
  ...{ Node: PageNode, Element: PageElement, HTMLElement: PageElement },
  ...{ HTMLInputElement: PageInput, HTMLSelectElement: PageSelect },
  HTMLIFrameElement: class extends PageElement {},
  HTMLTextAreaElement: class extends PageElement {},
  ...{ ResizeObserver: Observer, MutationObserver: Observer, devicePixelRatio: 1 },
  ImageData: Image,
  addEventListener: view.addEventListener.bind(view),
  removeEventListener: view.removeEventListener.bind(view),
  matchMedia: () => scheme,
  getComputedStyle: () => ({ getPropertyValue: () => '' }),
  scrollTo: () => undefined,
  location: { hash: '', href: 'http://localhost/', search: '' },
});
Object.defineProperty(globalThis, 'navigator', { value: { userAgent: '', platform: '' } });

// React asks at its start whether there is a document.
const { createRoot } = await import('react-dom/client');

/** Does something that changes what is drawn, and lets everything settle that it began. */
export async function after(action: () => unknown): Promise<void> {
  await act(async () => {
    await action();
  });
  await act(() => new Promise((resolve) => setTimeout(resolve, 20)));
}

let undo: (() => Promise<void>) | null = null;

// What still runs when a test has ended draws nothing.
afterEach(async () => {
  await undo?.();
  undo = null;
});

/**
 * Draws a node in the empty document, once a test.
 * @returns draws another in its place, as an update
 */
export async function open(node: ReactNode): Promise<(node: ReactNode) => Promise<void>> {
  const box = page.body.appendChild(page.createElement('div'));
  // This is the document that React knows, of which its types say that it is a browser's.
  const root = createRoot(box as unknown as Element);
  const draw = async (next: ReactNode): Promise<void> => {
    await after(() => {
      root.render(next);
    });
  };
  undo = async () => {
    await after(() => {
      root.unmount();
    });
    page.body.removeChild(box);
  };
  await draw(node);
  return draw;
}

/** The text of what is drawn. */
export function text(): string {
  return page.body.textContent;
}

/** All elements of a selector, of which those that say or are called `name`. */
export function findAll(selector: string, name?: string | RegExp): PageElement[] {
  return page.querySelectorAll(selector).filter((element) => {
    const called = element.getAttribute('aria-label') ?? element.textContent;
    return name === undefined || (typeof name === 'string' ? called === name : name.test(called));
  });
}

/** The one element of a selector that says or is called `name`. @throws Error when it is not there */
export function find(selector: string, name?: string | RegExp): PageElement {
  const [found] = findAll(selector, name);
  if (found === undefined) throw new Error(`there is no ${selector} ${String(name ?? '')}`);
  return found;
}

/** What has the focus, as the page calls it; empty: nothing has. */
export function focused(): string {
  const { activeElement, body } = page;
  if (activeElement === body) return '';
  return activeElement?.getAttribute('aria-label') ?? activeElement?.textContent ?? '';
}

/** Sends an event to an element. @returns false: the page took it for itself */
export async function send(to: PageElement, type: string, facts: object = {}): Promise<boolean> {
  const event = new PageEvent(type, { button: 0, ...facts });
  await after(() => to.dispatchEvent(event));
  return !event.defaultPrevented;
}

/** Presses a control as one does with a pointer or Enter: it has the focus then. */
export async function press(control: PageElement): Promise<boolean> {
  await after(() => {
    control.focus();
  });
  return send(control, 'click');
}

/** Types into a field what stands in it afterwards. */
export async function type(field: PageElement, value: string): Promise<void> {
  // React watches the field's own property: a person's change comes past it.
  Reflect.set(PageInput.prototype, 'value', value, field);
  await send(field, 'input');
}
