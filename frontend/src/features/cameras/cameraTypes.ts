/** Short names for what the gateway's document declares of cameras. */
import type { components } from "@/api/schema";
import type { Camera } from "@/api/types";

export type { Camera } from "@/api/types";

type Schemas = components["schemas"];

export type CameraStatus = Camera["status"];
export type CameraChanges = Schemas["CameraChange"];
export type CameraSummary = Schemas["CameraSummary"];
export type NewCamera = Schemas["NewCamera"];
export type Codec = NonNullable<CameraChanges["codec"]>;
export type ConnectionTest = Schemas["ConnectionTest"];
export type Snapshot = Schemas["Snapshot"];
/** How a camera did in a period. */
export type History = Schemas["HealthHistory"];
export type Outage = Schemas["Outage"];
export type HealthReport = Schemas["HealthReport"];
export type CameraHealthReport = Schemas["CameraHealthReport"];
/** What became of a file's rows, or would. */
export type ImportResult = Schemas["ImportReport"];
