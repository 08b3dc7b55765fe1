/** Deeds in words. What this version does not know is told by its own name. */

/** What deeds are done to, by the gateway's names of kinds. */
export const KIND_WORDS: Readonly<Record<string, string>> = {
  camera: "camera",
  group: "camera group",
  device: "device",
  host: "host",
  "enrolment-token": "enrolment token",
  user: "user",
  clip: "clip",
  "wall-view": "saved view",
  job: "job",
  caption: "caption",
  migration: "migration of captions",
  "caption-cache": "cached captions",
  "caption-rules": "rules of captions",
  object: "stored file",
  audit: "audit log",
  access: "access",
  database: "database",
  "stored-secrets": "stored secrets",
};

/** What was done, by the gateway's verbs. */
export const VERB_WORDS: Readonly<Record<string, string>> = {
  create: "Created",
  change: "Changed",
  delete: "Deleted",
  login: "Signed in",
  "fail-login": "Failed to sign in",
  logout: "Signed out",
  "change-password": "Changed own password",
  "fail-change-password": "Gave a wrong password",
  refuse: "Was refused",
  enrol: "Enrolled",
  revoke: "Revoked",
  withdraw: "Withdrew",
  start: "Started",
  stop: "Stopped",
  restart: "Restarted",
  run: "Ran",
  cancel: "Cancelled",
  retry: "Tried again",
  test: "Tested",
  import: "Imported",
  export: "Exported",
  download: "Downloaded",
  upgrade: "Upgraded",
  downgrade: "Downgraded",
  rotate: "Encrypted anew",
};

// These say already what they are about.
const WHOLE = new Set(["login", "fail-login", "logout", "change-password", "fail-change-password", "refuse"]);

/** "camera.change" in its two parts. */
export function partsOf(action: string): { kind: string; verb: string } {
  const dot = action.indexOf(".");
  return dot < 0 ? { kind: "", verb: action } : { kind: action.slice(0, dot), verb: action.slice(dot + 1) };
}

/** "Changed camera", "Signed in". */
export function deedWords(action: string): string {
  const { kind, verb } = partsOf(action);
  const done = VERB_WORDS[verb] ?? plain(verb);
  return WHOLE.has(verb) || kind === "" ? done : `${done} ${KIND_WORDS[kind] ?? plain(kind).toLowerCase()}`;
}

/** Whether it was tried in vain. */
export function isRefused(action: string): boolean {
  const { verb } = partsOf(action);
  return verb === "refuse" || verb.startsWith("fail-");
}

/** "camera_group_ids" and "enrolment-token" as words. */
export function plain(name: string): string {
  const words = name.replace(/[_-]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
