/**
 * The rules of a camera as they are typed. Everything is text; an empty field is "as the settings say".
 */

export interface RulesForm {
  threshold: string;
  minS: string;
  maxS: string;
  /** Days; "0" for ever. */
  retention: string;
}

/** A camera's own rules as the gateway keeps them; null: as the settings say. */
export interface OwnRules {
  similarity_threshold: number | null;
  min_duration_s: number | null;
  max_duration_s: number | null;
  retention_days: number | null;
}

/** Limits that count. */
export interface InForce {
  similarity_threshold: number;
  min_duration_s: number;
  max_duration_s: number;
}

/** How long events are kept; 0: for ever. */
interface Retention {
  retention_days: number;
}

/** Limits to try, as the gateway takes them; what is not given is as the camera's rules say. */
export interface Trial {
  similarity_threshold?: number;
  min_duration_s?: number;
  max_duration_s?: number;
}

export type RulesField = keyof RulesForm;
export type LimitField = Exclude<RulesField, "retention">;

/** A limit that can be tried: what it is called, and what its slider spans. */
export interface Limit {
  field: LimitField;
  label: string;
  /** What more and less of it does. */
  hint: string;
  unit: "" | "s";
  slider: { min: number; max: number; step: number };
}

export const LIMITS: readonly Limit[] = [
  {
    field: "threshold",
    label: "Similarity from which captions say the same",
    hint: "Less merges more. 1 merges only equal texts.",
    unit: "",
    slider: { min: 0.5, max: 1, step: 0.01 },
  },
  {
    field: "minS",
    label: "Shorter events are marked as brief",
    hint: "They are kept; lists can hide them.",
    unit: "s",
    slider: { min: 0, max: 600, step: 10 },
  },
  {
    field: "maxS",
    label: "The longest that one event is",
    hint: "What goes on for longer begins a new event.",
    unit: "s",
    slider: { min: 30, max: 1800, step: 30 },
  },
];

/** The gateway's names of the limits. */
const KEYS = {
  threshold: "similarity_threshold",
  minS: "min_duration_s",
  maxS: "max_duration_s",
} as const satisfies Record<LimitField, keyof InForce>;
const OWN_KEYS = { ...KEYS, retention: "retention_days" } as const satisfies Record<
  RulesField,
  keyof OwnRules
>;
const FIELDS = ["threshold", "minS", "maxS", "retention"] as const satisfies readonly RulesField[];
const LONGEST_S = 86_400;
const RETENTIONS = [30, 60, 90, 0] as const;

export function formOf(rules: OwnRules): RulesForm {
  const text = (value: number | null) => (value === null ? "" : String(value));
  return {
    threshold: text(rules.similarity_threshold),
    minS: text(rules.min_duration_s),
    maxS: text(rules.max_duration_s),
    retention: text(rules.retention_days),
  };
}

/** What is wrong with which field, as a sentence that says what to enter. `settings`: of what is empty. */
export function problemsOf(form: RulesForm, settings: InForce): Partial<Record<LimitField, string>> {
  const problems: Partial<Record<LimitField, string>> = {};
  const threshold = limitOf(form, "threshold", settings);
  if (threshold === null || threshold <= 0 || threshold > 1) {
    problems.threshold = "Enter a number above 0, up to 1.";
  }
  const min = limitOf(form, "minS", settings);
  if (min === null || min > LONGEST_S) problems.minS = `Enter seconds from 0 to ${LONGEST_S}.`;
  const max = limitOf(form, "maxS", settings);
  if (max === null || max <= 0 || max > LONGEST_S) {
    problems.maxS = `Enter seconds above 0, up to ${LONGEST_S}.`;
  }
  if (min !== null && max !== null && min > max && Object.keys(problems).length === 0) {
    problems[form.minS === "" ? "maxS" : "minS"] =
      `An event must be able to get long enough not to be brief: ${min} s is more than ${max} s.`;
  }
  return problems;
}

/** What fields that were touched, and have no problems, change of a camera's rules: theirs and no other. */
export function changeOf(touched: Partial<RulesForm>): Partial<OwnRules> {
  const change: Partial<OwnRules> = {};
  for (const field of FIELDS) {
    const text = touched[field];
    if (text !== undefined) change[OWN_KEYS[field]] = numberOf(text);
  }
  return change;
}

/**
 * For how many days events are kept after a change that shortens that; null: it does not. What is older is
 * deleted then.
 */
export function shortenedTo(
  change: Partial<OwnRules>,
  rules: { effective: Retention; settings: Retention },
): number | null {
  if (change.retention_days === undefined) return null;
  const [was, days] = [
    rules.effective.retention_days,
    change.retention_days ?? rules.settings.retention_days,
  ];
  return days !== 0 && (was === 0 || days < was) ? days : null;
}

/**
 * What a preview of a form without problems asks for. `settings`: what counts where a field is empty.
 */
export function trialOf(form: RulesForm, settings: InForce): Required<Trial> {
  return {
    similarity_threshold: numberOf(form.threshold) ?? settings.similarity_threshold,
    min_duration_s: numberOf(form.minS) ?? settings.min_duration_s,
    max_duration_s: numberOf(form.maxS) ?? settings.max_duration_s,
  };
}

/** Whether a form without problems comes to other limits than those that count. */
export function isOtherTrial(form: RulesForm, rules: { effective: InForce; settings: InForce }): boolean {
  const trial = trialOf(form, rules.settings);
  return Object.values(KEYS).some((key) => trial[key] !== rules.effective[key]);
}

/** The limit that a form comes to, typed or else of the settings; null: what is typed is no number. */
export function limitOf(form: RulesForm, field: LimitField, settings: InForce): number | null {
  const typed = numberOf(form[field]);
  const value = typed ?? settings[KEYS[field]];
  return Number.isNaN(value) ? null : value;
}

/** Whether saving would change anything. */
export function isChanged(form: RulesForm, rules: OwnRules): boolean {
  return FIELDS.some((field) => numberOf(form[field]) !== rules[OWN_KEYS[field]]);
}

/** A number within a slider's reach, for what is typed beyond it. */
export function withinSlider(value: number, { min, max }: Limit["slider"]): number {
  return Math.min(max, Math.max(min, value));
}

/** The choices of how long events are kept; `chosen` is among them also where it is none of the usual ones. */
export function retentionChoices(chosen: string): { value: string; label: string }[] {
  const usual: { value: string; label: string }[] = RETENTIONS.map((days) => ({
    value: String(days),
    label: days === 0 ? "For ever" : `${days} days`,
  }));
  const isListed = chosen === "" || usual.some(({ value }) => value === chosen);
  return isListed ? usual : [{ value: chosen, label: `${chosen} days` }, ...usual];
}

/** The number that is typed, with a point or a comma; null: none; NaN: something else. */
export function numberOf(text: string): number | null {
  const typed = text.trim().replace(",", ".");
  if (typed === "") return null;
  return /^\d{1,9}(\.\d{1,6})?$/.test(typed) ? Number(typed) : Number.NaN;
}
