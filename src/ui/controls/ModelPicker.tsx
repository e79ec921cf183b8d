import type { ReactNode } from 'react';
import {
  Button,
  Header,
  ListBox,
  ListBoxItem,
  ListBoxSection,
  Popover,
  Select,
  SelectValue,
} from 'react-aria-components';
import type { ModelSummary } from '../../bridge/protocol.ts';
import { ATTACK_KINDS } from '../../core/attacks/defaults.ts';
import type { ModelFacts } from '../../formats/modelFacts.ts';
import { attackName, capital, dataName, megabytesText, percent } from '../text/format.ts';
import { Icon } from './Icon.tsx';

/** The entry that is no model. */
const BRING = 'bring-your-own';

interface Props {
  readonly models: readonly ModelSummary[];
  readonly value: string | null;
  /** The network that was brought, once it is a model. */
  readonly own: ModelFacts | null;
  /** The network on show, which is known before the list is. */
  readonly shown: ModelFacts | null;
  /** Also for a model that lacks its images. */
  readonly onChange: (id: string) => void;
  readonly onBring: () => void;
  /** ASR needs the trigger to know: only Oracle sees it. */
  readonly showAsr: boolean;
  readonly disabled?: boolean;
}

function facts({ manifest }: ModelSummary, showAsr: boolean): string {
  const { acc, asr } = manifest.metrics;
  const attack = showAsr && asr !== null ? ` · ASR ${percent(asr.value)}` : '';
  return `Acc ${percent(acc.value)}${attack} · ${megabytesText(manifest.weights.bytes)}`;
}

/** Attacks from the plainest to the least visible; clean models come last. */
function rank({ manifest: { attack } }: ModelSummary): number {
  return attack === null ? Infinity : ATTACK_KINDS.indexOf(attack.kind);
}

interface Group {
  readonly name: string;
  readonly models: readonly ModelSummary[];
  /** Their images are not here yet. */
  readonly lacking: boolean;
}

/** The models by the data they read, in the order of the index, and among those by attack. */
export function byData(models: readonly ModelSummary[]): readonly Group[] {
  const names = new Set(models.map(({ manifest }) => dataName(manifest.data.id)));
  return [...names].map((name) => {
    const all = models.filter(({ manifest }) => dataName(manifest.data.id) === name);
    const sorted = all.toSorted((a, b) => {
      const [first, second] = [rank(a), rank(b)];
      return first === second ? 0 : first - second;
    });
    return { name, models: sorted, lacking: all.some(({ needs }) => needs !== null) };
  });
}

function Choice({ model, showAsr }: { model: ModelSummary; showAsr: boolean }): ReactNode {
  const { id, title } = model.manifest;
  return (
    <ListBoxItem id={id} textValue={`${title}, ${attackName(model.manifest)}`}>
      <b>{title}</b>
      <span className="mut sm num">
        <span className="atk-n">{attackName(model.manifest)}</span> · {facts(model, showAsr)}
        {model.needs !== null && <span className="need">needs images</span>}
      </span>
    </ListBoxItem>
  );
}

/** The models by data set, then one's own; those that cannot run here say what they need. */
export function ModelPicker(props: Props): ReactNode {
  const { models, value, own, shown, onChange, onBring, showAsr, disabled = false } = props;
  const listed = models.find(({ manifest }) => manifest.id === value)?.manifest;
  const chosen = [own, listed, shown].find((one) => one?.id === value);
  return (
    <Select
      aria-label="Model"
      isDisabled={disabled}
      placeholder="Choose a model"
      value={value}
      onChange={(key) => {
        if (key === BRING) onBring();
        else if (typeof key === 'string' && key !== value) onChange(key);
      }}
    >
      <Button className="pick">
        <SelectValue>
          {chosen == null ? (
            <b>Choose a model</b>
          ) : (
            <>
              <b>{chosen.title}</b>
              <span className="mut sm">
                {attackName(chosen)} · {megabytesText(chosen.weights.bytes)}
              </span>
            </>
          )}
        </SelectValue>
        <Icon name="chevron" />
      </Button>
      <Popover className="pop" placement="bottom start">
        <ListBox className="picks">
          {byData(models).map(({ name, models: group, lacking }) => (
            <ListBoxSection key={name} id={name}>
              <Header className="mut sm">
                {capital(name)}
                {lacking && (
                  <span className="note">needs the {name} images: choose a model to open them</span>
                )}
              </Header>
              {group.map((model) => (
                <Choice key={model.manifest.id} model={model} showAsr={showAsr} />
              ))}
            </ListBoxSection>
          ))}
          <ListBoxSection id="yours">
            <Header className="mut sm">Yours</Header>
            {own !== null && (
              <ListBoxItem id={own.id} textValue={own.title}>
                <b>{own.title}</b>
                <span className="mut sm num">{megabytesText(own.weights.bytes)}</span>
              </ListBoxItem>
            )}
            <ListBoxItem id={BRING} textValue="Bring your own">
              <b>Bring your own</b>
              <span className="mut sm">a network, images or a run, from a file</span>
            </ListBoxItem>
          </ListBoxSection>
        </ListBox>
      </Popover>
    </Select>
  );
}
