import {
  type KeyboardEvent,
  type MouseEvent,
  memo,
  useCallback,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { Link, useNavigate } from "react-router";
import { StateMark } from "@/components/StateMark";
import { emptyWords, type Lasting, spoken, type TileView, titleSince } from "@/features/wall/feed/tileView";
import { type LiveState, looksLive, mayPlayLive } from "@/features/wall/live/liveState";
import type { LivePlay } from "@/features/wall/live/playLive";
import { playerPath } from "@/lib/deviceAddress";
import { useNow } from "@/lib/useNow";
import { useZone } from "@/lib/ZoneContext";
import { toggleFullScreen } from "./fullScreen";
import classes from "./Tile.module.css";
import { TileActions } from "./TileActions";
import { TileAge } from "./TileAge";
import { LiveWords, TileLive } from "./TileLive";
import { TilePicture } from "./TilePicture";
import type { TileDevice } from "./tileDevices";
import { dragTile, useDropTarget } from "./useDropTarget";
import { useInSight } from "./useInSight";
import { useWall } from "./WallContext";

/** What happens on the wall because of a tile; the same functions for the wall's life. */
export interface TileHandlers {
  focused: (index: number) => void;
  dropped: (from: number, to: number) => void;
}

interface TileProps {
  index: number;
  device: TileDevice;
  isLarge: boolean;
  /** The tile that Tab comes to; arrows lead on from there. */
  isTabStop: boolean;
  handlers: TileHandlers;
}

// Devices are asked for every few seconds, and are mostly the same again.
function isSameTile(one: TileProps, other: TileProps): boolean {
  return (
    one.index === other.index &&
    one.isLarge === other.isLarge &&
    one.isTabStop === other.isTabStop &&
    one.handlers === other.handlers &&
    isSameDevice(one.device, other.device)
  );
}

function isSameDevice(one: TileDevice, other: TileDevice): boolean {
  return (
    one.fullName === other.fullName &&
    one.label === other.label &&
    one.lasting.word === other.lasting.word &&
    one.lasting.sinceMs === other.lasting.sinceMs &&
    one.lasting.silentSinceMs === other.lasting.silentSinceMs &&
    Math.abs(one.clockOffsetMs - other.clockOffsetMs) < 50
  );
}

// As long as systems wait for the second click of a double one, about.
const SECOND_CLICK_MS = 250;

/** A device on the wall: its newest picture, what is wrong with it, and live where one looks closer. */
export const Tile = memo(TileOnWall, isSameTile);

function TileOnWall({ index, device, isLarge, isTabStop, handlers }: TileProps) {
  const { store, live } = useWall();
  const navigate = useNavigate();
  const root = useRef<HTMLLIElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const play = useRef<LivePlay>(null);
  const click = useRef<ReturnType<typeof setTimeout>>(undefined);
  const isHovered = useRef(false);
  const [isNear, setIsNear] = useState(false);
  const [isMuted, setIsMuted] = useState(true);
  const [liveState, setLiveState] = useState<LiveState>({ kind: "starting" });
  const name = device.fullName;
  const { isTarget, dropProps } = useDropTarget(index, handlers.dropped);
  useInSight(root, name);
  const subscribe = useCallback((listener: () => void) => store.onView(name, listener), [store, name]);
  const view = useSyncExternalStore(subscribe, () => store.view(name));
  const isLive = useSyncExternalStore(live.subscribe, () => live.current === name);
  const isLiveShown = isLive && looksLive(liveState);
  const mayPlay = mayPlayLive(view.word);
  const path = playerPath(device);
  // A tile that goes under the pointer, as another screen comes, is told of no leaving.
  useEffect(
    () => () => {
      clearTimeout(click.current);
      live.leave(name);
    },
    [live, name],
  );

  const enter = () => {
    setIsNear(true);
    if (mayPlay) live.want(name);
  };
  const leave = () => {
    if (document.fullscreenElement === root.current) return;
    setIsNear(false);
    setIsMuted(true);
    live.leave(name);
  };
  const isLookedAt = () =>
    isHovered.current ||
    document.fullscreenElement === root.current ||
    (root.current?.querySelector(":focus-visible") ?? null) !== null;
  // No pointer tells of a tab that is hidden, nor of a full screen that is left while it is elsewhere.
  useEffect(() => {
    if (!isNear) return;
    const look = () => {
      if (document.hidden) live.leave(name);
      else if (isLookedAt()) enter();
      else leave();
    };
    document.addEventListener("visibilitychange", look);
    document.addEventListener("fullscreenchange", look);
    return () => {
      document.removeEventListener("visibilitychange", look);
      document.removeEventListener("fullscreenchange", look);
    };
  });
  // A source that ends or comes back while somebody looks.
  useEffect(() => {
    if (!isNear || document.hidden) return;
    if (mayPlay) live.want(name);
    else live.leave(name);
  }, [isNear, mayPlay, live, name]);
  const fullScreen = () => {
    if (root.current === null) return;
    if (mayPlay) live.want(name, true);
    setIsNear(true);
    void toggleFullScreen(root.current);
  };
  const onClick = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a new tab or window, as of any link
    event.preventDefault();
    clearTimeout(click.current);
    if (event.detail < 2) click.current = setTimeout(() => void navigate(path), SECOND_CLICK_MS);
  };
  const onDoubleClick = () => {
    clearTimeout(click.current);
    fullScreen();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      fullScreen();
    }
  };
  const isFine = view.title === "";
  return (
    <li
      ref={root}
      className={classes.tile}
      data-testid="tile"
      data-device={name}
      data-index={index}
      data-word={view.word}
      data-large={isLarge || undefined}
      data-fine={isFine || undefined}
      data-stale={view.isStale || undefined}
      data-live={isLiveShown || undefined}
      data-drop={isTarget || undefined}
      onPointerEnter={({ pointerType }) => {
        if (pointerType !== "mouse") return;
        isHovered.current = true;
        enter();
      }}
      onPointerLeave={({ pointerType }) => {
        if (pointerType !== "mouse") return;
        isHovered.current = false;
        leave();
      }}
      onFocus={(event) => {
        handlers.focused(index);
        if (event.target.matches(":focus-visible")) enter();
      }}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget) && !isHovered.current) leave();
      }}
      {...dropProps}
    >
      <TilePicture device={name} />
      {view.word === "frozen" && <div className={classes.texture} />}
      {!view.hasPicture && <p className={classes.empty}>{emptyWords(view)}</p>}
      {isLive && (
        <TileLive
          host={device.host}
          device={device.device}
          clockOffsetMs={device.clockOffsetMs}
          isMuted={isMuted}
          video={video}
          play={play}
          onState={setLiveState}
        />
      )}
      {view.bornMs !== null && !isLiveShown && <TileAge bornMs={view.bornMs} takenMs={view.takenMs} />}
      {isNear && !isFine && view.sentence !== "" && <p className={classes.sentence}>{view.sentence}</p>}
      <Link
        to={path}
        className={classes.cover}
        tabIndex={isTabStop ? 0 : -1}
        aria-label={spoken(device.label, device.host, view)}
        aria-description={isFine ? undefined : view.sentence}
        aria-keyshortcuts="Enter O"
        draggable
        onDragStart={(event) => dragTile(event, index)}
        onClick={onClick}
        onDoubleClick={onDoubleClick}
        onKeyDown={onKeyDown}
      />
      {isNear && (
        <TileActions
          device={device}
          video={video}
          isLive={isLiveShown}
          shownMs={() => play.current?.shownMs() ?? null}
          isMuted={isMuted}
          onMute={() => setIsMuted((was) => !was)}
          onFullScreen={fullScreen}
        />
      )}
      <div className={classes.foot}>
        <span className={classes.label}>{device.label}</span>
        <span className={classes.host}>{device.host}</span>
        {isFine
          ? isLive && (
              <span className={classes.state}>
                <LiveWords state={liveState} />
              </span>
            )
          : view.title !== "" && (
              <span className={classes.state}>
                <LastingMark view={view} lasting={device.lasting} />
              </span>
            )}
      </div>
    </li>
  );
}

function LastingMark({ view, lasting }: { view: TileView; lasting: Lasting }) {
  const nowMs = useNow(10_000);
  const { zone } = useZone();
  return <StateMark state={view.mark} text={titleSince(view, lasting, nowMs, zone)} />;
}
