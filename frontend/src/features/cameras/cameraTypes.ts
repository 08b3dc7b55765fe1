/** Short names for what the gateway's document declares of cameras. */
import type { components } from "@/api/schema";

type Schemas = components["schemas"];

export type Camera = Schemas["Camera"];
export type CameraStatus = Camera["status"];
export type CameraChanges = Schemas["CameraChange"];
export type CameraSummary = Schemas["CameraSummary"];
export type NewCamera = Schemas["NewCamera"];
export type Codec = NonNullable<CameraChanges["codec"]>;
