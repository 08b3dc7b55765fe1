/** Short names for what the gateway's document declares. */
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Me = Schemas["Me"];
export type Camera = Schemas["Camera"];
export type Device = Schemas["Device"];
export type Host = Schemas["Host"];
export type User = Schemas["User"];
export type Group = Schemas["Group"];
export type Heatmap = Schemas["Heatmap"];
export type HeatmapDevice = Schemas["HeatmapDevice"];
export type DeviceTimeline = Schemas["DeviceTimeline"];
export type Clip = Schemas["Clip"];
export type WallView = Schemas["WallView"];
export type Word = Device["word"];
export type HostState = Host["state"];
