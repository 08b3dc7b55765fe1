import { useCallback, useMemo, useRef, useState } from "react";
import { useParams, useSearchParams } from "react-router";
import { PageHeading } from "@/components/PageHeading";
import { momentIn } from "./playback/momentAddress";
import { usePlayback } from "./playback/usePlayback";
import { Stage, type StageHandle } from "./stage/Stage";

export default function PlayerPage() {
  const { host = "", device = "" } = useParams();
  const name = useMemo(() => ({ host, device }), [host, device]);
  const [query] = useSearchParams();
  const [video, setVideo] = useState<HTMLVideoElement | null>(null);
  const stage = useRef<StageHandle>(null);
  const hold = useCallback(() => stage.current?.hold(), []);
  const { playback } = usePlayback(name, video, momentIn(query), hold);
  return (
    <>
      <PageHeading title={device} detail={host} />
      <Stage handle={stage} onVideo={setVideo} label={`Picture of ${device}`} />
      <output>
        {playback.timeMs === null ? "" : new Date(playback.timeMs).toISOString()} {playback.status}{" "}
        {playback.mode} {playback.sentence}
      </output>
      <button type="button" onClick={playback.toggle}>
        {playback.isPlaying ? "Pause" : "Play"}
      </button>
    </>
  );
}
