/**
 * As much of a browser's nodes as React draws into: children, attributes, focus. No layout and no
 * painting; those are for test/browser.
 */
import { PageEvent, PageTarget } from './events.ts';
import { matches } from './selectors.ts';

/** What nodes need of their document. */
interface Owner extends PageTarget {
  activeElement: PageElement | null;
  readonly body: PageElement;
  readonly contains: (node: PageNode) => boolean;
  readonly createTextNode: (text: string) => PageNode;
}

export class PageNode extends PageTarget {
  parentNode: PageNode | null = null;
  readonly childNodes: PageNode[] = [];
  readonly ownerDocument: Owner | null;
  readonly nodeType: number;
  readonly nodeName: string;
  nodeValue: string | null = null;

  constructor(document: Owner | null, nodeType: number, nodeName: string) {
    super();
    this.ownerDocument = document;
    this.nodeType = nodeType;
    this.nodeName = nodeName;
  }

  override above(): PageTarget | null {
    return this.parentNode;
  }
  get firstChild(): PageNode | null {
    return this.childNodes[0] ?? null;
  }
  get lastChild(): PageNode | null {
    return this.childNodes.at(-1) ?? null;
  }
  get nextSibling(): PageNode | null {
    return this.beside(1);
  }
  get parentElement(): PageElement | null {
    return this.parentNode instanceof PageElement ? this.parentNode : null;
  }
  get children(): PageElement[] {
    return this.childNodes.filter((node) => node instanceof PageElement);
  }
  get isConnected(): boolean {
    return this.ownerDocument?.contains(this) === true;
  }
  get textContent(): string {
    return this.nodeValue ?? this.childNodes.map(({ textContent }) => textContent).join('');
  }
  set textContent(text: string) {
    if (this.nodeType === 3) this.nodeValue = text;
    else {
      for (const node of [...this.childNodes]) this.removeChild(node);
      if (text !== '') this.appendChild(this.ownerDocument?.createTextNode(text) ?? this);
    }
  }

  protected beside(by: 1 | -1): PageNode | null {
    const all = this.parentNode?.childNodes ?? [];
    return all[all.indexOf(this) + by] ?? null;
  }

  appendChild(node: PageNode): PageNode {
    return this.insertBefore(node, null);
  }

  insertBefore(node: PageNode, before: PageNode | null): PageNode {
    node.parentNode?.removeChild(node);
    this.childNodes.splice(
      before === null ? this.childNodes.length : this.childNodes.indexOf(before),
      0,
      node,
    );
    node.parentNode = this;
    return node;
  }

  /** What had the focus and goes leaves it to the body, without a word. */
  removeChild(node: PageNode): PageNode {
    const document = this.ownerDocument;
    if (document !== null && node.contains(document.activeElement))
      document.activeElement = document.body;
    this.childNodes.splice(this.childNodes.indexOf(node), 1);
    node.parentNode = null;
    return node;
  }

  contains(other: PageNode | null): boolean {
    for (let at = other; at !== null; at = at.parentNode) if (at === this) return true;
    return false;
  }

  querySelectorAll(selector: string): PageElement[] {
    return this.children.flatMap((child) => [
      ...(matches(child, selector) ? [child] : []),
      ...child.querySelectorAll(selector),
    ]);
  }

  querySelector(selector: string): PageElement | null {
    return this.querySelectorAll(selector)[0] ?? null;
  }
}

/** The size that every element has, in pixels of the layout, and how far the page is zoomed. */
export const layout = { width: 0, height: 0, zoom: 1 };

const BY_ITSELF = new Set(['BUTTON', 'INPUT', 'SELECT', 'TEXTAREA', 'A']);

export class PageElement extends PageNode {
  readonly attributes = new Map<string, string>();
  readonly style: Record<string, unknown> = { setProperty: () => undefined };
  readonly namespaceURI: string;
  /** How often it was painted on. */
  paintings = 0;
  width = 0;
  height = 0;

  constructor(document: Owner, name: string, namespace: string) {
    super(document, 1, namespace.endsWith('xhtml') ? name.toUpperCase() : name);
    this.namespaceURI = namespace;
  }

  get tagName(): string {
    return this.nodeName;
  }
  get previousElementSibling(): PageElement | null {
    const before = this.beside(-1);
    return before instanceof PageElement ? before : null;
  }

  getAttribute(name: string): string | null {
    return this.attributes.get(name.toLowerCase()) ?? null;
  }
  hasAttribute(name: string): boolean {
    return this.attributes.has(name.toLowerCase());
  }
  setAttribute(name: string, value: unknown): void {
    this.attributes.set(name.toLowerCase(), String(value));
  }
  removeAttribute(name: string): void {
    this.attributes.delete(name.toLowerCase());
  }

  closest(selector: string): PageElement | null {
    return matches(this, selector) ? this : (this.parentElement?.closest(selector) ?? null);
  }

  /** Only what a browser lets have the focus takes it. */
  focus(): void {
    const document = this.ownerDocument;
    const can = this.hasAttribute('tabindex') || BY_ITSELF.has(this.nodeName);
    if (!can || this.hasAttribute('disabled') || !this.isConnected || document === null) return;
    const before = document.activeElement;
    if (before === this) return;
    document.activeElement = this;
    before?.dispatchEvent(new PageEvent('focusout', { relatedTarget: this }));
    this.dispatchEvent(new PageEvent('focusin', { relatedTarget: before }));
  }

  get clientWidth(): number {
    return layout.width;
  }
  get clientHeight(): number {
    return layout.height;
  }

  getBoundingClientRect(): Readonly<Record<'left' | 'top' | 'width' | 'height', number>> {
    const { width, height, zoom } = layout;
    return { left: 0, top: 0, width: zoom * width, height: zoom * height };
  }

  /** Takes whatever is painted. */
  getContext(): object {
    this.paintings++;
    return new Proxy({}, { get: () => () => undefined, set: () => true });
  }

  setPointerCapture(): void {
    // There is one pointer.
  }

  scrollIntoView(): void {
    // There is no layout.
  }
}
