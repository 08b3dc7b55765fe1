import { createTheme, defaultVariantColorsResolver, type MantineColorsTuple } from "@mantine/core";

// Blue is the archive and everything that can be selected; amber is now; red is what needs a person.
const archive: MantineColorsTuple = [
  "#e6f5fe",
  "#cde9fb",
  "#9dd3f7",
  "#7cc6f4",
  "#5ab8f0",
  "#3ba6e4",
  "#2a8fcb",
  "#1f74a8",
  "#165a84",
  "#0d4163",
];
const now: MantineColorsTuple = [
  "#fff5e1",
  "#ffe9c7",
  "#fbd28c",
  "#f7be5f",
  "#f2a93b",
  "#dd9323",
  "#b87815",
  "#935f0d",
  "#6f4707",
  "#4d3002",
];
const act: MantineColorsTuple = [
  "#ffecec",
  "#fdd3d4",
  "#f8a5a7",
  "#f27679",
  "#ee5b5f",
  "#e5484d",
  "#cc3338",
  "#a9282c",
  "#861d21",
  "#641417",
];
// Mantine takes surfaces, hairlines and texts of its dark scheme from here (0: text … 7: ground).
const dark: MantineColorsTuple = [
  "#e7e9ec",
  "#c5cad0",
  "#98a1ab",
  "#6f7883",
  "#2a2f36",
  "#242930",
  "#1c2025",
  "#0e1013",
  "#0a0c0e",
  "#060708",
];

export const theme = createTheme({
  colors: { archive, now, act, dark },
  primaryColor: "archive",
  primaryShade: { light: 7, dark: 4 },
  autoContrast: true,
  // The text on filled buttons follows the theme: Mantine alone judges both by the light one's shade.
  variantColorResolver: (input) => {
    const colors = defaultVariantColorsResolver(input);
    const isPrimary = (input.color ?? input.theme.primaryColor) === input.theme.primaryColor;
    return input.variant === "filled" && isPrimary
      ? { ...colors, color: "var(--mantine-primary-color-contrast)" }
      : colors;
  },
  components: {
    // Their headers are <header>s, which are the page's banner to a reader of the page; there is one already.
    Modal: {
      defaultProps: {
        attributes: { header: { role: "presentation" } },
        overlayProps: { backgroundOpacity: 0.6 },
        transitionProps: { duration: 150 },
      },
    },
    Drawer: { defaultProps: { attributes: { header: { role: "presentation" } } } },
    // At their place in the document: within its landmarks, and seen where a part of it fills the screen.
    Menu: { defaultProps: { withinPortal: false, withInitialFocusPlaceholder: false } },
  },
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontSizes: { xs: "12px", sm: "13px", md: "14px", lg: "16px", xl: "20px" },
  radius: { xs: "3px", sm: "4px", md: "6px", lg: "8px", xl: "12px" },
  defaultRadius: "md",
  respectReducedMotion: true,
  cursorType: "pointer",
});
