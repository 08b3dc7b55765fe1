import classes from "./LayoutPicker.module.css";
import { cellOf, type Layout } from "./layouts";

/** Chooses how many tiles one screen has. */
export function LayoutPicker({
  layouts,
  chosen,
  onChoose,
}: {
  layouts: readonly Layout[];
  chosen: Layout;
  onChoose: (layout: Layout) => void;
}) {
  return (
    <fieldset className={classes.picker}>
      <legend className={classes.legend}>Layout</legend>
      {layouts.map((layout) => (
        <label key={layout.id} className={classes.choice} title={layout.label}>
          <input
            type="radio"
            name="wall-layout"
            aria-label={layout.label}
            checked={layout.id === chosen.id}
            onChange={() => onChoose(layout)}
          />
          <Glyph layout={layout} />
        </label>
      ))}
    </fieldset>
  );
}

const SIZE = 14;

function Glyph({ layout }: { layout: Layout }) {
  const pitch = (SIZE + 1) / layout.columns;
  return (
    <svg viewBox={`0 0 ${SIZE} ${SIZE}`} width={SIZE} height={SIZE} aria-hidden="true" fill="currentColor">
      {Array.from({ length: layout.tiles }, (_, index) => {
        const { column, row } = cellOf(layout, index);
        const side = pitch * (layout.isFirstLarge && index === 0 ? 2 : 1) - 1;
        return (
          <rect
            key={`${column} ${row}`}
            x={column * pitch}
            y={row * pitch}
            width={side}
            height={side}
            rx={0.6}
          />
        );
      })}
    </svg>
  );
}
