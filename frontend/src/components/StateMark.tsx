import {
  IconAlertTriangle,
  IconBan,
  IconClock,
  IconLoader2,
  IconMenu2,
  IconPlugConnectedX,
  IconPointFilled,
  IconServerOff,
  IconSquareDot,
  IconSquareFilled,
  type TablerIcon,
} from "@tabler/icons-react";
import type { HostState, Word } from "@/api/types";
import { type CameraState, cameraMarkOf, capitalised, type Mark, markOf, type Shape } from "@/lib/stateMarks";
import classes from "./StateMark.module.css";

const ICONS: Readonly<Record<Shape, TablerIcon>> = {
  dot: IconPointFilled,
  turning: IconLoader2,
  triangle: IconAlertTriangle,
  unplugged: IconPlugConnectedX,
  square: IconSquareFilled,
  lines: IconMenu2,
  dark: IconSquareDot,
  clock: IconClock,
  "no-answer": IconServerOff,
  barred: IconBan,
};

/**
 * A state of a device or host as shape and word, in the tone that it has on every page.
 * `text` stands instead of the word ("Frozen for 41 min"); `iconOnly` leaves it to screen readers and hover.
 */
export function StateMark({
  state,
  text,
  iconOnly = false,
  size = 14,
  hover,
}: {
  state: Word | HostState;
  text?: string;
  iconOnly?: boolean;
  /** What is said on hover where the words are shown: the time in UTC, of words with a time. */
  hover?: string | undefined;
  /** Of the shape, in px. */
  size?: number;
}) {
  return (
    <MarkedWords
      mark={markOf(state)}
      state={state}
      words={text ?? capitalised(state)}
      iconOnly={iconOnly}
      size={size}
      hover={hover}
    />
  );
}

/** As `StateMark`, of a camera. */
export function CameraMark({ state, text }: { state: CameraState; text?: string }) {
  return <MarkedWords mark={cameraMarkOf(state)} state={state} words={text ?? capitalised(state)} />;
}

function MarkedWords({
  mark,
  state,
  words,
  iconOnly = false,
  size = 14,
  hover,
}: {
  mark: Mark;
  state: string;
  words: string;
  iconOnly?: boolean;
  size?: number;
  hover?: string | undefined;
}) {
  const Icon = ICONS[mark.shape];
  return (
    <span
      className={`${classes.mark} ${classes[mark.tone]}`}
      data-state={state}
      title={iconOnly ? words : hover}
    >
      {iconOnly ? (
        <Icon size={size} stroke={1.75} role="img" aria-label={words} />
      ) : (
        <Icon size={size} stroke={1.75} aria-hidden />
      )}
      {!iconOnly && words}
    </span>
  );
}
