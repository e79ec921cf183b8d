const COPIED = [
  ...['fill', 'fill-opacity', 'stroke', 'stroke-width', 'stroke-dasharray', 'stroke-opacity'],
  ...['opacity', 'paint-order', 'font-family', 'font-size', 'font-weight', 'text-anchor'],
];

/** Nothing that is drawn. */
const WORDS: ReadonlySet<string> = new Set(['title', 'desc']);

/** Gives an element and all below it, as attributes, what the style sheet gives them now. */
export function inlineStyles(element: Element): void {
  if (WORDS.has(element.tagName)) return;
  const style = getComputedStyle(element);
  for (const name of COPIED) {
    const value = style.getPropertyValue(name);
    if (value !== '') element.setAttribute(name, value);
  }
  for (const child of element.children) inlineStyles(child);
  element.removeAttribute('class');
}
