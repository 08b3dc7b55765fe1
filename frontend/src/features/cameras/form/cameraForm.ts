/** What a form about a camera holds, what is wrong with it, and what is sent of it. */
import { ApiError } from "@/api/errors";
import type { Camera, CameraChanges, Codec, NewCamera } from "@/features/cameras/cameraTypes";
import { addressProblem } from "./addressParts";

export const CODECS: readonly Codec[] = ["h264", "h265", "mjpeg", "vp9"];

export interface CameraForm {
  name: string;
  address: string;
  username: string;
  password: string;
  /** What becomes of the password: `set` sends the field, also where it is empty. */
  passwordIs: "kept" | "set" | "removed";
  previewAddress: string;
  resolution: string;
  fps: string;
  codec: Codec | "";
  location: string;
  /** Empty: in none. */
  groupId: string;
  /** Name of a host; empty: nobody records it. */
  host: string;
  /** Of the device at its host; empty: the gateway chooses it. */
  deviceName: string;
  externalId: string;
  isActive: boolean;
  detects: boolean;
  /** Whose word counts: of a host's own device that of its host.toml, unless it is set here. */
  detectsBy: SaidBy;
  /** 0 to 1. */
  sensitivity: number;
  sensitivityBy: SaidBy;
}

export type SaidBy = "here" | "host";

export type Field = keyof CameraForm;
export type Problems = Partial<Record<Field, string>>;

const DEFAULT_SENSITIVITY = 0.7;
const LONGEST_NAME = 255;
const MOST_FPS = 240;

export const EMPTY_FORM: CameraForm = {
  name: "",
  address: "",
  username: "",
  password: "",
  passwordIs: "set",
  previewAddress: "",
  resolution: "",
  fps: "",
  codec: "",
  location: "",
  groupId: "",
  host: "",
  deviceName: "",
  externalId: "",
  isActive: true,
  detects: true,
  detectsBy: "here",
  sensitivity: DEFAULT_SENSITIVITY,
  sensitivityBy: "here",
};

export function isCodec(text: string): text is Codec {
  return CODECS.some((codec) => codec === text);
}

/** A camera as a form. */
export function formOf(camera: Camera): CameraForm {
  return {
    name: camera.name,
    address: camera.rtsp_url,
    username: camera.username ?? "",
    password: "",
    passwordIs: camera.has_password ? "kept" : "set",
    previewAddress: camera.preview_url ?? "",
    resolution: camera.resolution ?? "",
    fps: camera.fps === null ? "" : String(camera.fps),
    codec: camera.codec !== null && isCodec(camera.codec) ? camera.codec : "",
    location: camera.location ?? "",
    groupId: camera.group_id ?? "",
    host: camera.host ?? "",
    deviceName: camera.device_name ?? "",
    externalId: camera.external_id,
    isActive: camera.is_active,
    detects: camera.enable_detection ?? true,
    detectsBy: saidBy(camera, "enable_detection"),
    sensitivity: camera.detection_sensitivity ?? DEFAULT_SENSITIVITY,
    sensitivityBy: saidBy(camera, "detection_sensitivity"),
  };
}

function saidBy(camera: Camera, field: Camera["overrides"][number]): SaidBy {
  return camera.managed_by === "host" && !camera.overrides.includes(field) ? "host" : "here";
}

/** What is wrong with it, by field; nothing: it may be sent. `camera`: the one that is changed; null: a new one. */
export function problemsOf(form: CameraForm, camera: Camera | null): Problems {
  const found: Problems = {};
  const note = (field: Field, problem: string | null) => {
    if (problem !== null) found[field] = problem;
  };
  note("name", nameProblem(form.name));
  if (camera?.managed_by !== "host") {
    note("address", addressProblem(form.address));
    if (form.previewAddress.trim() !== "") note("previewAddress", addressProblem(form.previewAddress));
    note("resolution", resolutionProblem(form.resolution));
    note("fps", fpsProblem(form.fps));
    note("deviceName", deviceNameProblem(form.deviceName));
    if (form.username.length > LONGEST_NAME) found.username = `Use ${LONGEST_NAME} characters at most.`;
    if (form.passwordIs === "set" && form.password !== "" && form.username.trim() === "")
      found.username = "A password needs a user name.";
    if (camera?.has_password === true && form.passwordIs === "set" && form.password === "")
      found.password = "Enter the new password, or keep the one that is stored.";
  }
  if (form.location.length > LONGEST_NAME) found.location = `Use ${LONGEST_NAME} characters at most.`;
  if (camera === null) note("externalId", externalIdProblem(form.externalId));
  return found;
}

function nameProblem(text: string): string | null {
  const name = text.trim();
  if (name === "") return "Enter a name, as guards say it: “Front door”.";
  return name.length > LONGEST_NAME ? `Use ${LONGEST_NAME} characters at most.` : null;
}

function resolutionProblem(text: string): string | null {
  const resolution = text.trim();
  return resolution === "" || /^[1-9]\d{0,4}x[1-9]\d{0,4}$/i.test(resolution)
    ? null
    : "Write width x height, as 1920x1080.";
}

function fpsProblem(text: string): string | null {
  const fps = text.trim();
  if (fps === "") return null;
  return /^\d+$/.test(fps) && Number(fps) >= 1 && Number(fps) <= MOST_FPS
    ? null
    : `A whole number from 1 to ${MOST_FPS}.`;
}

function deviceNameProblem(text: string): string | null {
  const name = text.trim();
  return name === "" || /^[a-z0-9][a-z0-9_-]{0,62}$/.test(name)
    ? null
    : "Use small letters, digits, dashes and underscores, 63 at most; begin with a letter or a digit.";
}

function externalIdProblem(text: string): string | null {
  const id = text.trim();
  return id === "" || /^[A-Za-z0-9_-]{1,130}$/.test(id)
    ? null
    : "Use letters, digits, dashes and underscores, 130 at most.";
}

const orNull = (text: string): string | null => (text.trim() === "" ? null : text.trim());

/** What a host's own device takes of a form; the rest stands in its host.toml. */
const OF_HOSTS_DEVICES = [
  "name",
  "location",
  "group_id",
  "is_active",
  "enable_detection",
  "detection_sensitivity",
] as const;

function wantedOf(form: CameraForm): Required<Omit<CameraChanges, "password" | "host_id" | "external_id">> {
  return {
    name: form.name.trim(),
    rtsp_url: form.address.trim(),
    username: orNull(form.username),
    preview_url: orNull(form.previewAddress),
    resolution: orNull(form.resolution.toLowerCase()),
    fps: form.fps.trim() === "" ? null : Number(form.fps),
    codec: form.codec === "" ? null : form.codec,
    location: orNull(form.location),
    group_id: orNull(form.groupId),
    host: orNull(form.host),
    device_name: orNull(form.deviceName),
    is_active: form.isActive,
    enable_detection: form.detectsBy === "host" ? null : form.detects,
    detection_sensitivity: form.sensitivityBy === "host" ? null : form.sensitivity,
  };
}

/** The form as a new camera. */
export function newCameraOf(form: CameraForm): NewCamera {
  const {
    name,
    rtsp_url,
    is_active,
    enable_detection: _,
    detection_sensitivity: __,
    ...optional
  } = wantedOf(form);
  const given = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== null));
  return {
    name,
    rtsp_url,
    is_active,
    // There is no host.toml yet that could say so.
    enable_detection: form.detects,
    detection_sensitivity: form.sensitivity,
    ...given,
    ...(form.password !== "" && { password: form.password }),
    ...(form.externalId.trim() !== "" && { external_id: form.externalId.trim() }),
  };
}

/** What of the form differs from `camera`; empty: nothing was changed. */
export function changesOf(form: CameraForm, camera: Camera): CameraChanges {
  const wanted = wantedOf(form);
  const was = wantedOf(formOf(camera));
  const mayChange = (key: string) =>
    camera.managed_by !== "host" || OF_HOSTS_DEVICES.some((one) => one === key);
  const changed = Object.entries(wanted).filter(
    ([key, value]) => mayChange(key) && value !== Object.entries(was).find(([name]) => name === key)?.[1],
  );
  return {
    ...Object.fromEntries(changed),
    ...(camera.managed_by !== "host" && passwordChange(form)),
  };
}

function passwordChange(form: CameraForm): Pick<CameraChanges, "password"> {
  if (form.passwordIs === "removed") return { password: null };
  return form.passwordIs === "kept" || form.password === "" ? {} : { password: form.password };
}

const FIELD_OF: Readonly<Record<string, Field>> = {
  name: "name",
  rtsp_url: "address",
  username: "username",
  password: "password",
  preview_url: "previewAddress",
  resolution: "resolution",
  fps: "fps",
  codec: "codec",
  location: "location",
  group_id: "groupId",
  host: "host",
  host_id: "host",
  device_name: "deviceName",
  external_id: "externalId",
  is_active: "isActive",
  enable_detection: "detects",
  detection_sensitivity: "sensitivity",
};

/** What the gateway found wrong, by field; `other`: what belongs to none. */
export function refusalOf(error: unknown): { fields: Problems; other: string | null } {
  if (!(error instanceof ApiError)) return { fields: {}, other: "This page met an error. Load it again." };
  const fields: Problems = {};
  for (const [name, wrong] of Object.entries(error.fields)) {
    const field = FIELD_OF[name];
    if (field !== undefined) fields[field] = sentence(wrong);
  }
  // A refusal that is about one field says all of it in its sentence.
  const named = error.details.field;
  const field = typeof named === "string" ? FIELD_OF[named] : undefined;
  if (field !== undefined) fields[field] ??= `${error.message} ${error.remedy}`.trim();
  const isPlaced = Object.keys(fields).length > 0;
  return { fields, other: isPlaced ? null : `${error.message} ${error.remedy}`.trim() };
}

// They go on where the field's name ends: "is no address".
function sentence(wrong: string): string {
  const text = wrong.trim().replace(/^[a-z]/, (first) => `It ${first}`);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** What a sensitivity finds, in words. 0 to 1. */
export function sensitivityWords(sensitivity: number): string {
  if (sensitivity < 0.25) return "Only large and clear motion";
  if (sensitivity < 0.5) return "Clear motion: for busy or windy places";
  if (sensitivity < 0.8) return "Usual motion: people and vehicles";
  return "The slightest motion: for places where nothing should move";
}

/**
 * What assigning to a host means, by its state; empty `host`: nobody records. `recordedBy`: the host that records
 * the camera now; null: none, or it is a new one.
 */
export function assignmentWords(
  host: string,
  state: "online" | "late" | "offline" | "revoked" | null,
  recordedBy: string | null = null,
): string {
  if (host === recordedBy && state !== "offline" && state !== "revoked") return `${host} records it.`;
  if (host === recordedBy) return beginningWords(host, state);
  const begin = beginningWords(host, state);
  return recordedBy === null
    ? begin
    : `${begin} ${recordedBy} stops; what it recorded stays there until its retention ends.`;
}

function beginningWords(host: string, state: Parameters<typeof assignmentWords>[1]): string {
  if (host === "") return "No host records it: it is checked and can be tried, and no footage is made.";
  if (state === "online" || state === "late") return `${host} begins recording within 20 s of saving.`;
  if (state === "offline") return `${host} does not report now. It begins recording when it is back.`;
  if (state === "revoked")
    return `${host} may not report any more: its credential was revoked. Choose another host, or enrol it again.`;
  return `The state of ${host} is not known yet.`;
}
