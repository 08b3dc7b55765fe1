import { useCallback, useEffect, useState } from "react";
import { remember, remembered } from "@/lib/stored";

export interface Volume {
  /** 0 to 1. */
  level: number;
  isMuted: boolean;
  setLevel(level: number): void;
  toggleMuted(): void;
}

/** How loud `video` is, as this browser remembers it; silent at first. */
export function useVolume(video: HTMLVideoElement | null): Volume {
  const [level, setLevelState] = useState(() => levelIn(remembered("player.volume")));
  const [isMuted, setMuted] = useState(() => remembered("player.muted") !== "no");
  useEffect(() => {
    if (video === null) return;
    video.volume = level;
    video.muted = isMuted;
    // The player mutes where the browser allows no sound before a first click.
    const changed = () => setMuted(video.muted);
    video.addEventListener("volumechange", changed);
    return () => video.removeEventListener("volumechange", changed);
  }, [video, level, isMuted]);
  const toggleMuted = useCallback(() => {
    setMuted(!isMuted);
    remember("player.muted", isMuted ? "no" : "yes");
  }, [isMuted]);
  const setLevel = useCallback((wanted: number) => {
    const next = Math.min(1, Math.max(0, wanted));
    setLevelState(next);
    setMuted(next === 0);
    remember("player.volume", String(next));
    remember("player.muted", next === 0 ? "yes" : "no");
  }, []);
  return { level, isMuted, setLevel, toggleMuted };
}

function levelIn(text: string | null): number {
  const level = text === null ? Number.NaN : Number(text);
  return level >= 0 && level <= 1 ? level : 0.8;
}
