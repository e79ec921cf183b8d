/** The defenses by id, for people and tables; free of tensors, so that the page may read it. */
export const DEFENSE_IDS = ['ft', 'fp', 'clp', 'anp', 'nc', 'nad', 'rnp'] as const;

export type DefenseId = (typeof DEFENSE_IDS)[number];

export interface DefenseAbout {
  readonly id: DefenseId;
  readonly name: string;
  /** Short citation of the paper that it follows. */
  readonly source: string;
}

const ABOUT: Readonly<Record<DefenseId, Omit<DefenseAbout, 'id'>>> = {
  ft: { name: 'Fine-tuning', source: 'Liu et al., RAID 2018 (as a baseline)' },
  fp: { name: 'Fine-Pruning', source: 'Liu et al., RAID 2018' },
  clp: { name: 'Channel Lipschitz Pruning', source: 'Zheng et al., ECCV 2022' },
  anp: { name: 'Adversarial Neuron Pruning', source: 'Wu and Wang, NeurIPS 2021' },
  nc: { name: 'Neural Cleanse', source: 'Wang et al., IEEE S&P 2019' },
  nad: { name: 'Neural Attention Distillation', source: 'Li et al., ICLR 2021' },
  rnp: { name: 'Reconstructive Neuron Pruning', source: 'Li et al., ICML 2023' },
};

/** Name and source of a defense. */
export function aboutDefense(id: DefenseId): DefenseAbout {
  return { id, ...ABOUT[id] };
}
