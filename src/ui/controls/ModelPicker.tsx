import type { ReactNode } from 'react';
import { Button, ListBox, ListBoxItem, Popover, Select, SelectValue } from 'react-aria-components';
import type { ModelSummary } from '../../bridge/protocol.ts';
import { attackName, dataName, megabytes, percent } from '../text/format.ts';
import { Icon } from './Icon.tsx';

interface Props {
  readonly models: readonly ModelSummary[];
  readonly value: string | null;
  readonly onChange: (id: string) => void;
  /** ASR needs the trigger to know: only Oracle sees it. */
  readonly showAsr: boolean;
}

function facts({ manifest, needs }: ModelSummary, showAsr: boolean): string {
  if (needs !== null) return needs;
  const { acc, asr } = manifest.metrics;
  const attack = showAsr && asr !== null ? ` · ASR ${percent(asr.value)}` : '';
  return `Acc ${percent(acc.value)}${attack} · ${dataName(manifest)}`;
}

/** The bundled models; those that cannot run here say what they need. */
export function ModelPicker({ models, value, onChange, showAsr }: Props): ReactNode {
  const chosen = models.find(({ manifest }) => manifest.id === value)?.manifest;
  return (
    <Select
      aria-label="Model"
      placeholder="Choose a model"
      value={value}
      disabledKeys={models.filter(({ needs }) => needs !== null).map(({ manifest }) => manifest.id)}
      onChange={(key) => {
        if (typeof key === 'string' && key !== value) onChange(key);
      }}
    >
      <Button className="pick">
        <SelectValue>
          {chosen === undefined ? (
            <b>Choose a model</b>
          ) : (
            <>
              <b>{chosen.title}</b>
              <span className="mut sm">
                {attackName(chosen)} · {megabytes(chosen.weights.bytes)} MB
              </span>
            </>
          )}
        </SelectValue>
        <Icon name="chevron" />
      </Button>
      <Popover className="pop" placement="bottom start">
        <ListBox className="picks">
          {models.map((model) => (
            <ListBoxItem
              key={model.manifest.id}
              id={model.manifest.id}
              textValue={model.manifest.title}
            >
              <b>{model.manifest.title}</b>
              <span className="mut sm num">{facts(model, showAsr)}</span>
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </Select>
  );
}
