/** A chart of the page as a file that looks the same without the page. */

const COPIED = [
  ...['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'opacity', 'paint-order'],
  ...['font-family', 'font-size', 'font-weight'],
];

/** The charts below one another as one SVG, with the colours and type that they have now. */
export function svgFile(charts: readonly SVGSVGElement[], background: string): string {
  const GAP = 28;
  let height = 0;
  let width = 0;
  const parts = charts.map((chart) => {
    const box = chart.viewBox.baseVal;
    const title = chart.closest('figure')?.querySelector('figcaption')?.textContent ?? '';
    const copy = chart.cloneNode(true) as SVGSVGElement;
    inline(chart, copy);
    copy.setAttribute('x', '0');
    copy.setAttribute('y', String(height + GAP));
    copy.removeAttribute('style');
    const style = getComputedStyle(chart);
    const text = `<text x="0" y="${String(height + 18)}" font-family="${escape(style.fontFamily).replaceAll('"', "'")}" font-size="13" font-weight="600" fill="${style.color}">${escape(title)}</text>`;
    height += GAP + box.height;
    width = Math.max(width, box.width);
    return text + new XMLSerializer().serializeToString(copy);
  });
  const frame = `-16 -8 ${String(width + 32)} ${String(height + 24)}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${frame}" width="${String(width + 32)}" height="${String(height + 24)}"><rect x="-16" y="-8" width="100%" height="100%" fill="${background}"/>${parts.join('')}</svg>\n`;
}

/** Gives every element of the copy what the style sheet gives the original. */
function inline(from: Element, to: Element): void {
  const style = getComputedStyle(from);
  for (const name of COPIED) {
    const value = style.getPropertyValue(name);
    if (value !== '') to.setAttribute(name, value);
  }
  to.removeAttribute('class');
  [...from.children].forEach((child, i) => {
    const copy = to.children[i];
    if (copy !== undefined) inline(child, copy);
  });
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
