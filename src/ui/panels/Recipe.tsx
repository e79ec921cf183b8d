import type { ReactNode } from 'react';
import { fingerprint } from '../../store/fingerprint.ts';
import { epsText, pruneBudget } from '../../store/selectors.ts';
import { smoothnessOf } from '../../core/frg/bound.ts';
import type { RunSpec } from '../../core/runSpec.ts';
import { useAppState, useFrgTable, useSteadyState } from '../AppContext.ts';
import { count, plural, pText } from '../text/format.ts';

/** A setting that stands in formula, code and bar: whichever is looked at, all of them light up. */
type Sym = 'eps' | 'steps' | 'p' | 'seed';

function S({ of, children }: { of: Sym; children: ReactNode }): ReactNode {
  return <span data-sym={of}>{children}</span>;
}

const SCORES: Readonly<Record<RunSpec['score'], readonly [words: string, code: string]>> = {
  accuracy: ['the share misread', 'share(x1, (read, i) => read !== label[i])'],
  targetShare: [
    'the share read as the class k* that leads',
    'share(x1, (read) => read === suspect)',
  ],
  collapse: ['the share read as one wrong class', 'max(shares(x1))'],
};

// As elements: the fonts that are kept for offline use have no small letters of their own.
const X1 = (
  <>
    x<sub>1</sub>
  </>
);
const F = (
  <>
    f<sub>i</sub>
  </>
);
/** The direction of a step; what is smooth is blurred first. */
function Gradient({ frg: { smoothing } }: { frg: RunSpec['frg'] }): ReactNode {
  return (
    <>
      sign {smoothing !== undefined && <>G{String(smoothing)} ∗ </>}∇ ‖{F}({X1}) − {F}(x)‖²
    </>
  );
}

const gradientCode = ({ smoothing }: RunSpec['frg']): string =>
  smoothing === undefined ? 'gradient(map, x1)' : `blur(gradient(map, x1), ${String(smoothing)})`;

/** One step; a single one, and those of the released code, go by ε itself. */
function Push({ frg }: { frg: RunSpec['frg'] }): ReactNode {
  const eps = <S of="eps">ε</S>;
  if (frg.variant === 'released' || frg.steps === 1)
    return (
      <>
        {frg.variant === 'released' ? X1 : 'x'} + {eps} · <Gradient {...{ frg }} />
      </>
    );
  const alpha = frg.alpha === 'auto' ? <>{eps} / 3</> : <S of="eps">{epsText(frg.alpha)}</S>;
  return (
    <>
      clip to x ± {eps} of ({X1} + {alpha} · <Gradient {...{ frg }} />)
    </>
  );
}

function PushCode({ frg }: { frg: RunSpec['frg'] }): ReactNode {
  const eps = <S of="eps">eps</S>;
  if (frg.variant === 'released' || frg.steps === 1)
    return (
      <>
        add({frg.variant === 'released' ? 'x1' : 'x'}, mul({eps}, sign({gradientCode(frg)})))
      </>
    );
  return (
    <>
      clip(add(x1, mul(<S of="eps">alpha</S>, sign({gradientCode(frg)}))), x, {eps})
    </>
  );
}

/** How the maps are scored and cut: in words, as a formula, as code, with the settings in use. */
export function Recipe(): ReactNode {
  const state = useSteadyState();
  const { frg: asked, p, seed, score } = useAppState((whole) => whole.run.spec);
  const { sweep } = state.results;
  const isFound = sweep?.spec.frg.eps === 'auto' && asked.eps === 'auto';
  const frg = isFound ? { ...asked, ...smoothnessOf(sweep) } : asked;
  const found = isFound ? sweep.eps : asked.eps;
  const eps = epsText(found);
  const budget = pruneBudget(state);
  const table = useFrgTable();
  const print = table === null ? null : fingerprint(table);
  const [words, code] = SCORES[score];
  return (
    <details className="recipe">
      <summary>Formula and code</summary>
      <p className="note">
        Point at a value here, or at its control above: formula, code and control light up together.
      </p>
      <ol className="formula">
        <li>
          {X1} = x + noise {frg.variant === 'released' ? 'of ±α' : <S of="eps">within ±ε</S>}, drawn
          with <S of="seed">seed {seed}</S>
        </li>
        <li>
          <S of="steps">{plural(frg.steps, 'time')}</S>: {X1} ← <Push {...{ frg }} />,{' '}
          <S of="eps">ε = {eps}</S>
        </li>
        <li>score of map i = {words}</li>
        <li>
          prune the first ⌊N / <S of="p">p</S>⌋ maps
          {budget !== null && (
            <>
              {' '}
              = ⌊{count(budget.total)} / <S of="p">{pText(p)}</S>⌋ = {count(budget.count)}
            </>
          )}
        </li>
      </ol>
      <pre>
        <code>
          x1 = add(x, uniform(-<S of="eps">eps</S>, <S of="eps">eps</S>, <S of="seed">seed</S>));
          {'\n'}for (let t = 0; t {'<'} <S of="steps">steps</S>; t++){'\n'}
          {'  '}x1 = <PushCode {...{ frg }} />;{'\n'}
          score[map] = {code};{'\n'}
          pruned = ranked.slice(0, Math.floor(maps / <S of="p">p</S>));
        </code>
      </pre>
      {print !== null && (
        <p className="note num">
          All predictions of the sweep on show, in short: <b>{print}</b>. The same network,
          settings, seed and backend give it again.
        </p>
      )}
    </details>
  );
}
