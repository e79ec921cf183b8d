/** The document, and the elements that are more than others. */
import type { PageTarget } from './events.ts';
import { PageElement, PageNode } from './nodes.ts';

/** React keeps watch over `value` at the prototype. */
export class PageInput extends PageElement {
  private text = '';
  readonly [Symbol.toStringTag] = 'HTMLInputElement';
  selectionStart = 0;
  selectionEnd = 0;

  get type(): string {
    return this.getAttribute('type') ?? 'text';
  }
  set type(type: string) {
    this.setAttribute('type', type);
  }
  get value(): string {
    return this.text;
  }
  set value(text: string) {
    this.text = text;
  }

  select(): void {
    this.selectionEnd = this.text.length;
  }
}

export class PageSelect extends PageElement {
  get options(): PageElement[] {
    return this.querySelectorAll('option');
  }
}

const XHTML = 'http://www.w3.org/1999/xhtml';

export class PageDocument extends PageNode {
  readonly documentElement: PageElement;
  readonly body: PageElement;
  activeElement: PageElement | null;
  title = '';
  /** By which React knows that changes are told as they are typed. */
  readonly oninput = null;
  /** What the document stands in, and what hears its events last. */
  readonly defaultView: object;
  private readonly window: PageTarget;

  constructor(window: PageTarget, view: object) {
    super(null, 9, '#document');
    this.window = window;
    this.defaultView = view;
    this.documentElement = this.createElement('html');
    this.body = this.createElement('body');
    this.appendChild(this.documentElement);
    this.documentElement.appendChild(this.body);
    this.activeElement = this.body;
  }

  override above(): PageTarget {
    return this.window;
  }

  createElement(name: string): PageElement {
    return this.createElementNS(XHTML, name);
  }

  createElementNS(namespace: string, name: string): PageElement {
    if (name === 'input') return new PageInput(this, name, namespace);
    if (name === 'select') return new PageSelect(this, name, namespace);
    return new PageElement(this, name, namespace);
  }

  createTextNode(text: string): PageNode {
    const node = new PageNode(this, 3, '#text');
    node.nodeValue = text;
    return node;
  }

  getElementById(id: string): PageElement | null {
    return this.querySelector(`#${id}`);
  }
}
