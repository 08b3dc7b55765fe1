/** What the parts of the player page know of what plays, and what they can ask of it. */

export type PlaybackMode = "live" | "archive";

/** `waiting`: it goes on by itself; `failed`: it tries again by itself, and a person may have to act. */
export type PlaybackStatus = "loading" | "playing" | "paused" | "waiting" | "failed";

export interface Playback {
  mode: PlaybackMode;
  /** When the picture that is shown was taken, in ms since 1970; null before the first picture. */
  timeMs: number | null;
  isPlaying: boolean;
  status: PlaybackStatus;
  /** What is waited for, what went wrong, or what was left out, for people; null: nothing to say. */
  sentence: string | null;
  /** 0.25 to 16. */
  rate: number;
  /** How far the shown picture is behind now; null before the first picture. */
  behindLiveMs: number | null;
  /** Where a jump is under way to, until its picture is shown; otherwise null. */
  seekingToMs: number | null;
  /** Nothing is recorded of the device at all. */
  hasNoFootage: boolean;
  /** Shows the picture of a moment, or the next one where there is none; playing goes on if it was. */
  seek(ms: number): void;
  /** A person points at a moment, and may want to see it. */
  prepare(ms: number): void;
  goLive(): void;
  play(): void;
  pause(): void;
  toggle(): void;
  /** Pauses, and steps by single frames: 1 on, -1 back. */
  step(frames: number): void;
  /** Jumps relative to the picture that is shown. */
  skip(ms: number): void;
  setRate(rate: number): void;
  /** Tells what is known to be recorded (ms since 1970): going there takes one question less. */
  know(recorded: readonly { from: number; to: number }[]): void;
}
