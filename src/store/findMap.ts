/** Finds a feature map by what a person types: its number, or its layer and place there. */
import { type ConvSpec, locateMap, type NetworkPlan } from '../core/network/plan.ts';

/** A global index of a feature map, or why there is none. */
export type Found = { readonly map: number } | { readonly wrong: string };

/** As charts write it: without the index of the only convolution in a shortcut. */
const shortName = ({ name }: ConvSpec): string => name.replace('.shortcut.0', '.shortcut');

function within(conv: ConvSpec, channel: number): Found {
  if (channel < conv.outChannels) return { map: conv.offset + channel };
  return {
    wrong: `${shortName(conv)} has maps 0 to ${String(conv.outChannels - 1)}; there is no ${String(channel)}.`,
  };
}

/**
 * @param maps global indices that were scored, ascending
 * @param text "12", "map 12" or "layer2.0.conv1 12"; between the two may stand · : / or brackets
 * @param layer order of the layer that is on show alone: a number counts within it; null: all are
 */
export function findMap(
  plan: NetworkPlan,
  maps: Int32Array,
  text: string,
  layer: number | null,
): Found {
  const found = named(plan, text, layer);
  if ('wrong' in found || maps.includes(found.map)) return found;
  const { conv, channel } = locateMap(plan, found.map);
  return {
    wrong: `${shortName(conv)} · ${String(channel)} is no candidate of this sweep, so it has no score.`,
  };
}

function named(plan: NetworkPlan, text: string, layer: number | null): Found {
  const last = String(plan.maps - 1);
  const match = /^(.*?)[\s·:/,#[(]*(\d+)[\])]?$/.exec(text.trim());
  const example = plan.convs.find(({ role }) => role === 'inner') ?? plan.convs[0];
  const valid = `Type 0 to ${last}, or a layer and its map: ${example === undefined ? '' : shortName(example)} 3.`;
  const [, before = '', digits = ''] = match ?? [];
  // A layer's name may itself end in a digit: "conv1" is a layer without a map.
  const alone = layerNamed(plan, text.trim());
  if (alone !== undefined)
    return { wrong: `${shortName(alone)} has maps 0 to ${String(alone.outChannels - 1)}: which?` };
  if (match === null) return { wrong: `“${text.trim()}” is no feature map. ${valid}` };
  const number = Number(digits);
  const word = before.trim().toLowerCase();
  const shown = plan.convs.find(({ order }) => order === layer);
  if (word === '' && shown !== undefined) return within(shown, number);
  if (word === '' || word === 'map' || word === 'feature map')
    return number < plan.maps
      ? { map: number }
      : { wrong: `This network has maps 0 to ${last}; there is no ${digits}.` };
  const conv = layerNamed(plan, word);
  return conv === undefined
    ? { wrong: `This network has no layer “${before.trim()}”. ${valid}` }
    : within(conv, number);
}

function layerNamed(plan: NetworkPlan, text: string): ConvSpec | undefined {
  const name = text.toLowerCase();
  return plan.convs.find(
    (conv) => conv.name.toLowerCase() === name || shortName(conv).toLowerCase() === name,
  );
}
