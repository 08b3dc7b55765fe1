import { useDebouncedValue } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { notify } from "@/components/notify";
import { Failed, Loading } from "@/components/PageState";
import { Section } from "@/components/Section";
import { problemOf } from "@/lib/problem";
import { changeRules, renewCaptions, rulesQuery } from "./captionQueries";
import type { CameraRules } from "./captionTypes";
import { savedText } from "./migrationFacts";
import { PreviewPanel } from "./PreviewPanel";
import { RetentionQuestion } from "./RetentionQuestion";
import { RulesPanel } from "./RulesPanel";
import {
  changeOf,
  formOf,
  isOtherTrial,
  problemsOf,
  type RulesForm,
  shortenedTo,
  trialOf,
} from "./rulesForm";
import classes from "./Trying.module.css";

const PREVIEWED_AFTER_MS = 350;
const UNTOUCHED: Partial<RulesForm> = {};

/** A camera's rules beside what they would make of its cached captions: tried before they are saved. */
export function Trying({ camera }: { camera: string }) {
  const rules = useQuery(rulesQuery(camera));
  if (rules.data !== undefined) return <Known key={camera} camera={camera} rules={rules.data} />;
  return rules.isError ? (
    <Failed error={rules.error} retry={() => void rules.refetch()} />
  ) : (
    <Loading what="its rules" />
  );
}

function Known({ camera, rules }: { camera: string; rules: CameraRules }) {
  const client = useQueryClient();
  // Only what was touched: in all other fields what others save is followed, and left as it is.
  const [typed, setTyped] = useState<Partial<RulesForm>>(UNTOUCHED);
  const [isAsking, setIsAsking] = useState(false);
  const form = { ...formOf(rules), ...typed };
  const [rested] = useDebouncedValue(typed, PREVIEWED_AFTER_MS);
  const tried = { ...formOf(rules), ...rested };
  const isTriable = Object.keys(problemsOf(tried, rules.settings)).length === 0;
  const saving = useMutation({
    mutationFn: () => changeRules(camera, changeOf(typed)),
    onSuccess: (saved) => {
      const { retention_days: retention, ...limits } = changeOf(typed);
      client.setQueryData(rulesQuery(camera).queryKey, saved);
      setTyped(UNTOUCHED);
      setIsAsking(false);
      notify({
        title: "The rules are saved",
        message: savedText(
          Object.keys(limits).length > 0,
          retention === undefined ? null : saved.effective.retention_days,
        ),
        kind: "done",
      });
      void renewCaptions(client);
    },
  });
  // What is shorter is told by what counts now, which somebody else may have changed since this page was loaded.
  const looking = useMutation({
    mutationFn: () => client.fetchQuery({ ...rulesQuery(camera), staleTime: 0 }),
    onSuccess: (now) => {
      if (shortenedTo(changeOf(typed), now) === null) saving.mutate();
      else setIsAsking(true);
    },
  });
  const error = looking.error ?? saving.error;
  const refusal = error === null ? null : problemOf(error);
  const forget = () => {
    looking.reset();
    saving.reset();
  };
  return (
    <div className={classes.beside}>
      <Section title="Rules" hint="An empty field is as the settings say.">
        <RulesPanel
          rules={rules}
          form={form}
          problems={problemsOf(form, rules.settings)}
          refusal={isAsking ? null : refusal}
          isSaving={looking.isPending || saving.isPending}
          onChange={(changed) => {
            forget();
            setTyped({ ...typed, ...changed });
          }}
          onSave={() => {
            forget();
            if (changeOf(typed).retention_days === undefined) saving.mutate();
            else looking.mutate();
          }}
          onReset={() => {
            forget();
            setTyped(UNTOUCHED);
          }}
        />
        <RetentionQuestion
          camera={camera}
          rules={rules}
          chosen={changeOf(typed).retention_days ?? null}
          opened={isAsking}
          isBusy={saving.isPending}
          problem={refusal}
          onConfirm={() => saving.mutate()}
          onClose={() => {
            forget();
            setIsAsking(false);
          }}
        />
      </Section>
      <Section
        title="Preview"
        hint="What all that is cached would become by these rules. Looking changes nothing."
      >
        <PreviewPanel
          camera={camera}
          trial={isTriable ? trialOf(tried, rules.settings) : null}
          isOther={isTriable && isOtherTrial(tried, rules)}
        />
      </Section>
    </div>
  );
}
