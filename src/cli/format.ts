/** Numbers as the terminal prints them. */
import type { FrgBound } from '../core/frg/bound.ts';

/** A share in [0, 1] in per cent, e.g. `97.8 %`. */
export function percent(share: number, digits = 1): string {
  return `${(share * 100).toFixed(digits)} %`;
}

/** Pixels in [0, 1]; as k/255 where it is one, e.g. `8/255`. */
export function pixels(value: number): string {
  const levels = value * 255;
  const whole = Math.round(levels);
  return Math.abs(levels - whole) < 1e-6 ? `${whole}/255` : Number(value.toPrecision(4)).toString();
}

/** The bound of perturbations, e.g. `8/255`, or `8/255, smooth over 8 px`. */
export function bound({ eps, smoothing }: FrgBound): string {
  return smoothing === undefined ? pixels(eps) : `${pixels(eps)}, smooth over ${smoothing} px`;
}

/** Time as a clock, e.g. `4:07`, or `1:02:03` from an hour on. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const parts = [Math.floor(whole / 60) % 60, whole % 60].map((part) => `${part}`.padStart(2, '0'));
  const hours = Math.floor(whole / 3600);
  return hours > 0 ? `${hours}:${parts.join(':')}` : parts.join(':').replace(/^0/, '');
}

/** `1 map`, `2 maps`. */
export function counted(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
