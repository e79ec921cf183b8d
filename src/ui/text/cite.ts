/** How to cite the method and this software. */

/** At the foot of every file. */
export const LICENCE = 'FMP Lab, MIT licence. After Huang & Bu, ICLR 2024.';

export const METHOD_BIBTEX = `@inproceedings{huang2024fmp,
  title     = {Adversarial Feature Map Pruning for Backdoor},
  author    = {Huang, Dong and Bu, Qingwen},
  booktitle = {International Conference on Learning Representations},
  year      = {2024}
}`;

/** @param commit of this build; empty: not known */
export function softwareBibtex(commit: string): string {
  const version = commit === '' ? '' : `\n  version = {${commit}},`;
  return `@software{fmplab,
  title   = {{FMP Lab}: Adversarial Feature Map Pruning in the browser},${version}
  license = {MIT},
  note    = {After Huang and Bu, ICLR 2024}
}`;
}
