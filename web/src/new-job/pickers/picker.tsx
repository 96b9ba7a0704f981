import { useState } from 'react';
import type { ReactNode } from 'react';
import { Combobox } from '../../controls/combobox.tsx';
import { useMessages } from '../../messages/messages.tsx';
import type { PickerProps } from '../form/form-props.ts';
import { MakeDialog } from './make-dialog.tsx';
import { useChosen, usePersonaOptions, useResultOptions, useVideoOptions } from './use-options.ts';
import type { Options } from './use-options.ts';

interface SearchProps extends PickerProps {
  search: Options;
  text: string;
  onText: (text: string) => void;
  placeholder: string;
  nothingYet: string;
  make?: { form: 'registerVideo' | 'createPersona'; title: string };
}

function Search({ search, text, onText, make, ...props }: SearchProps): ReactNode {
  const { newJob: m, controls } = useMessages();
  const [isMaking, setIsMaking] = useState(false);
  const { ids, isMultiple, onChoose } = props;
  const chosen = useChosen(ids, search.options);
  const others = search.ids.filter((id) => !ids.includes(id));
  const actions = [
    ...(isMultiple && others.length > 1
      ? [{ title: m.pick.all(search.ids.length), run: () => onChoose([...ids, ...others]) }]
      : []),
    ...(make ? [{ title: make.title, run: () => setIsMaking(true) }] : []),
  ];
  const nothing = text ? m.pick.nothing : props.nothingYet;
  return (
    <>
      <Combobox
        input={props.input}
        options={search.options}
        chosen={chosen}
        onChoose={onChoose}
        text={text}
        onText={onText}
        isMultiple={isMultiple}
        actions={actions}
        empty={search.isLoading ? controls.loading : nothing}
        placeholder={props.placeholder}
        removeLabel={m.removeItem}
      />
      {isMaking && make && (
        <MakeDialog
          name={make.form}
          text={text}
          onClose={() => setIsMaking(false)}
          onMade={(id) => {
            setIsMaking(false);
            onText('');
            search.refetch();
            onChoose(isMultiple ? [...ids, id] : [id]);
          }}
        />
      )}
    </>
  );
}

function VideoPicker(props: PickerProps) {
  const { newJob: m } = useMessages();
  const [text, onText] = useState('');
  const search = useVideoOptions(text);
  return (
    <Search
      {...props}
      {...{ search, text, onText }}
      placeholder={m.pick.videos}
      nothingYet={m.pick.noVideos}
      make={{ form: 'registerVideo', title: m.pick.newVideo }}
    />
  );
}

function PersonaPicker(props: PickerProps) {
  const { newJob: m } = useMessages();
  const [text, onText] = useState('');
  const search = usePersonaOptions(text);
  return (
    <Search
      {...props}
      {...{ search, text, onText }}
      placeholder={m.pick.personas}
      nothingYet={m.pick.noPersonas}
      make={{ form: 'createPersona', title: m.pick.newPersona }}
    />
  );
}

function SummaryPicker(props: PickerProps) {
  const { newJob: m } = useMessages();
  const [text, onText] = useState('');
  const search = useResultOptions('VIDEO_SUMMARIZATION', text);
  return (
    <Search
      {...props}
      {...{ search, text, onText }}
      placeholder={m.pick.summaries}
      nothingYet={m.pick.noSummaries}
    />
  );
}

function DetectionPicker(props: PickerProps) {
  const { newJob: m } = useMessages();
  const [text, onText] = useState('');
  const search = useResultOptions('OBJECT_DETECTION', text, props.videoId);
  return (
    <Search
      {...props}
      {...{ search, text, onText }}
      placeholder={m.pick.detections}
      nothingYet={m.pick.noDetections}
    />
  );
}

/** What is chosen by searching, by the name of its field. */
export const pickers: Readonly<Record<string, (props: PickerProps) => ReactNode>> = {
  videoId: VideoPicker,
  personaId: PersonaPicker,
  summaryId: SummaryPicker,
  summaryIds: SummaryPicker,
  detectionId: DetectionPicker,
};
