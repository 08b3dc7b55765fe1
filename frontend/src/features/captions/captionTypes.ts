/** Short names for what the gateway's document declares of captions and their migration. */
import type { components } from "@/api/schema";

type Schemas = components["schemas"];

export type MigrationStatus = Schemas["MigrationStatus"];
export type CaptionedCamera = Schemas["CaptionedCamera"];
export type CameraRules = Schemas["CameraRules"];
export type Preview = Schemas["Preview"];
export type PreviewEvent = Schemas["PreviewEvent"];
export type MigrationRun = Schemas["MigrationRun"];
export type Cleared = Schemas["Cleared"];
export type EndedEvents = Schemas["EndedEvents"];
