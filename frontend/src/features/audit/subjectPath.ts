/** Where the thing that a deed was done to can be looked at. */
import { playerPath } from "@/lib/deviceAddress";
import { partsOf } from "./words";

interface Subject {
  action: string;
  subject_kind: string;
  subject_id: string;
  subject: string;
}

/** The address of its page; null: it has none, or is gone by this deed. */
export function subjectPath({ action, subject_kind, subject_id, subject }: Subject): string | null {
  if (partsOf(action).verb === "delete" && subject_kind !== "clip") return null;
  switch (subject_kind) {
    case "camera":
      return subject_id === "" ? null : `/cameras/${encodeURIComponent(subject_id)}`;
    case "group":
      return "/groups";
    case "host":
      return subject_id === "" ? null : `/hosts/${encodeURIComponent(subject_id)}`;
    case "user":
      // A name that was typed, and nobody has, leads nowhere.
      return subject_id === "" ? null : `/users?search=${encodeURIComponent(subject)}`;
    case "device":
    case "clip":
      return devicePath(subject);
    default:
      return null;
  }
}

function devicePath(name: string): string | null {
  const [host, device, ...more] = name.split("/");
  return host && device && more.length === 0 ? playerPath({ host, device }) : null;
}
