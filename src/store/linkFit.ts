/** What a link names and the network on show does not have. */
import { convsInScope, type NetworkPlan } from '../core/network/plan.ts';
import { withKeep } from './keep.ts';
import type { AppState } from './state.ts';

/** The state without maps and layers that the network lacks, and with a word about each kind. */
export function fitted(state: AppState): AppState {
  const { model } = state.session;
  return model === null ? state : withLayerOf(withMapsOf(state, model.plan), model.plan);
}

function withMapsOf(state: AppState, { maps }: NetworkPlan): AppState {
  const isHere = (map: number): boolean => map < maps;
  const { run, view } = state;
  const { keep = [] } = run.spec;
  const { pins, focusMap, range } = view;
  const named = [...keep, ...pins, ...(focusMap === null ? [] : [focusMap])];
  const gone = [...new Set(named)].filter((map) => !isHere(map));
  const isBeyond = range !== null && !isHere(range.to);
  if (gone.length === 0 && !isBeyond) return state;
  const first = [...gone.map(String), ...(isBeyond ? [String(range.to)] : [])].slice(0, 5);
  const text = `The link names feature map ${first.join(', ')}; this network has 0 to ${String(maps - 1)}, so it was left out.`;
  return said(text, {
    ...state,
    run: { ...run, spec: withKeep(run.spec, keep.filter(isHere)) },
    view: {
      ...view,
      pins: pins.filter(isHere),
      focusMap: focusMap === null || isHere(focusMap) ? focusMap : null,
      range:
        range === null || !isHere(range.from)
          ? null
          : { ...range, to: Math.min(range.to, maps - 1) },
    },
  });
}

/** A layer is looked at alone among those of the scores on show, else those to be scored. */
function withLayerOf(state: AppState, plan: NetworkPlan): AppState {
  const { view, run, results } = state;
  const { layer } = view;
  const scope = (results.sweep?.spec ?? run.spec).frg.maps;
  if (layer === null || convsInScope(plan, scope).some(({ order }) => order === layer))
    return state;
  const text = `The link names layer ${String(layer)}, which is not among the candidates of this network; all are shown.`;
  return said(text, { ...state, view: { ...view, layer: null } });
}

function said(notice: string, state: AppState): AppState {
  const { session } = state;
  return { ...state, session: { ...session, notices: [...session.notices, notice] } };
}
