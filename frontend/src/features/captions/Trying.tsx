import { useDebouncedValue } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { notify } from "@/components/notify";
import { Failed, Loading } from "@/components/PageState";
import { Section } from "@/components/Section";
import { problemOf } from "@/lib/problem";
import { changeRules, renewCaptions, rulesQuery } from "./captionQueries";
import type { CameraRules } from "./captionTypes";
import { PreviewPanel } from "./PreviewPanel";
import { RulesPanel } from "./RulesPanel";
import { formOf, isOtherTrial, ownRulesOf, problemsOf, type RulesForm, trialOf } from "./rulesForm";
import classes from "./Trying.module.css";

const PREVIEWED_AFTER_MS = 350;

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
  // null: nothing was touched, and what others save is followed.
  const [typed, setTyped] = useState<RulesForm | null>(null);
  const form = typed ?? formOf(rules);
  const [rested] = useDebouncedValue(typed, PREVIEWED_AFTER_MS);
  const tried = rested ?? formOf(rules);
  const isTriable = Object.keys(problemsOf(tried, rules.settings)).length === 0;
  const saving = useMutation({
    mutationFn: () => changeRules(camera, ownRulesOf(form)),
    onSuccess: (saved) => {
      client.setQueryData(rulesQuery(camera).queryKey, saved);
      setTyped(null);
      notify({
        title: "The rules are saved",
        message: "They count from the next migration on.",
        kind: "done",
      });
      void renewCaptions(client);
    },
  });
  return (
    <div className={classes.beside}>
      <Section title="Rules" hint="An empty field is as the settings say.">
        <RulesPanel
          rules={rules}
          form={form}
          problems={problemsOf(form, rules.settings)}
          refusal={saving.isError ? problemOf(saving.error) : null}
          isSaving={saving.isPending}
          onChange={(changed) => {
            saving.reset();
            setTyped({ ...form, ...changed });
          }}
          onSave={() => saving.mutate()}
          onReset={() => {
            saving.reset();
            setTyped(null);
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
