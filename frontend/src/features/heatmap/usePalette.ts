import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useState } from "react";
import { type Palette, readPalette } from "./paint";

/** The canvas colours of the theme that is shown; null until the page has its styles. */
export function usePalette(): Palette | null {
  const scheme = useComputedColorScheme("dark", { getInitialValueInEffect: false });
  const [palette, setPalette] = useState<Palette | null>(null);
  useEffect(() => setPalette(readPalette(scheme, devicePixelRatio)), [scheme]);
  return palette;
}
