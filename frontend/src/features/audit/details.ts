/** What an entry of the log tells beside who did what: what changed, and other facts. */
import { plain } from "./words";

/** A field that is another: `was` and `is` as text; null: it was or is not there. */
export interface Change {
  field: string;
  was: string | null;
  is: string | null;
}

export interface Fact {
  name: string;
  value: string;
}

export interface EntryDetails {
  changes: Change[];
  facts: Fact[];
}

/** Reads an entry's details. `groupNames`: of camera groups by id, where they are known. */
export function detailsOf(
  details: Readonly<Record<string, unknown>>,
  groupNames: ReadonlyMap<string, string>,
): EntryDetails {
  const { changes, ...others } = details;
  return {
    changes: isRecord(changes)
      ? Object.entries(changes).map(([name, change]) => changeOf(name, change, groupNames))
      : [],
    facts: Object.entries(others).map(([name, value]) => ({
      name: plain(name),
      value: valueText(value, groupNames) ?? "none",
    })),
  };
}

function changeOf(name: string, change: unknown, groupNames: ReadonlyMap<string, string>): Change {
  const { from, to } = isRecord(change) ? change : { from: undefined, to: change };
  return { field: fieldName(name), was: valueText(from, groupNames), is: valueText(to, groupNames) };
}

function fieldName(name: string): string {
  return name === "camera_group_ids" ? "Camera groups" : plain(name);
}

function valueText(value: unknown, groupNames: ReadonlyMap<string, string>): string | null {
  if (value === null || value === undefined || value === "") return null;
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) {
    return value.length === 0 ? null : value.map((one) => valueText(one, groupNames) ?? "none").join(", ");
  }
  if (isRecord(value)) {
    const told = Object.entries(value).map(
      ([name, one]) => `${name} ${valueText(one, groupNames) ?? "none"}`,
    );
    return told.length === 0 ? null : told.join(", ");
  }
  const text = String(value);
  return groupNames.get(text) ?? text;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
