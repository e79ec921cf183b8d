/**
 * Plates and small shape helpers. Every drawing lives in a 100 x 100 box with y pointing down;
 * helpers return SVG fragments, plates return whole SVG documents.
 */

export const RED = '#c4151c';
export const BLUE = '#1450a0';
export const YELLOW = '#f7b500';
export const BLACK = '#161616';
export const WHITE = '#f4f4f2';
export const GREY = '#787b7e';

/** Wraps a fragment into an SVG document of the common 100 x 100 box. */
function plate(body: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">${body}</svg>`;
}

/** Filled circle. */
export function disc(cx: number, cy: number, r: number, fill: string): string {
  return `<circle cx="${cx}" cy="${cy}" r="${r}" fill="${fill}"/>`;
}

/** Filled path. */
export function shape(d: string, fill: string): string {
  return `<path d="${d}" fill="${fill}"/>`;
}

/** Open line of the given width with flat ends; `cap` rounds the ends. */
export function line(d: string, width: number, stroke: string, cap = 'butt'): string {
  return (
    `<path d="${d}" fill="none" stroke="${stroke}" stroke-width="${width}"` +
    ` stroke-linecap="${cap}" stroke-linejoin="round"/>`
  );
}

/** Group under an SVG transform. */
export function placed(transform: string, body: string): string {
  return `<g transform="${transform}">${body}</g>`;
}

/** The drawing seen in a mirror (left and right swapped about the middle of the box). */
export function mirrored(body: string): string {
  return placed('translate(100 0) scale(-1 1)', body);
}

/** Round prohibition sign: red ring around a white field of radius 36. */
export function prohibition(body: string): string {
  return plate(disc(50, 50, 48, WHITE) + disc(50, 50, 46.5, RED) + disc(50, 50, 36, WHITE) + body);
}

/** Round mandatory sign: blue field of radius 45 with a thin white rim. */
export function mandatory(body: string): string {
  return plate(disc(50, 50, 48, WHITE) + disc(50, 50, 45.5, BLUE) + body);
}

/** End-of-restriction sign: white disc, grey symbol, black band rising to the right. */
export function ending(body: string): string {
  const bars = [-8.8, -4.4, 0, 4.4, 8.8]
    .map((shift) => line(`M${23 + shift} 85L${77 + shift} 15`, 2.6, BLACK))
    .join('');
  const clip = '<clipPath id="field"><circle cx="50" cy="50" r="44"/></clipPath>';
  return plate(
    clip +
      disc(50, 50, 48, BLACK) +
      disc(50, 50, 46, WHITE) +
      body +
      `<g clip-path="url(#field)">${bars}</g>`,
  );
}

/** Triangular warning sign, point up: red border around a white field. */
export function warning(body: string): string {
  const edge = 'M50 10L94 86H6Z';
  return plate(
    line(`${edge}Z`, 11, WHITE, 'round') +
      `<path d="${edge}" fill="${WHITE}" stroke="${RED}" stroke-width="9" stroke-linejoin="round"/>` +
      body,
  );
}

/** Give-way sign: the warning triangle upside down with a wide border and an empty field. */
export function giveWay(): string {
  const edge = 'M50 90L6 14H94Z';
  return plate(
    line(edge, 11, WHITE, 'round') +
      `<path d="${edge}" fill="${WHITE}" stroke="${RED}" stroke-width="9" stroke-linejoin="round"/>` +
      line('M50 80L14.5 19H85.5Z', 4, RED),
  );
}

/** Priority road: yellow square on its corner inside a white and black frame. */
export function diamond(): string {
  return plate(
    shape('M50 2L98 50L50 98L2 50Z', BLACK) +
      shape('M50 4.5L95.5 50L50 95.5L4.5 50Z', WHITE) +
      shape('M50 19L81 50L50 81L19 50Z', BLACK) +
      shape('M50 21L79 50L50 79L21 50Z', YELLOW),
  );
}

/** Red octagon with a white rim. */
export function octagon(body: string): string {
  return plate(
    shape('M30 2H70L98 30V70L70 98H30L2 70V30Z', WHITE) +
      shape('M31.2 5H68.8L95 31.2V68.8L68.8 95H31.2L5 68.8V31.2Z', RED) +
      body,
  );
}

/** No entry: red disc with a white bar. */
export function barred(): string {
  return plate(
    disc(50, 50, 48, WHITE) + disc(50, 50, 46.5, RED) + shape('M14 41H86V59H14Z', WHITE),
  );
}
