// Before anything is painted: the theme that was chosen here, so that no page begins in the other one.
// Browsers keep this file for ever; changed, it needs another name.
{
  let chosen = null;
  try {
    chosen = localStorage.getItem("mantine-color-scheme-value");
  } catch {
    // A browser that forbids storage has the dark one.
  }
  const isLight =
    chosen === "light" || (chosen === "auto" && matchMedia("(prefers-color-scheme: light)").matches);
  document.documentElement.dataset.mantineColorScheme = isLight ? "light" : "dark";
  document.querySelector('meta[name="theme-color"]')?.setAttribute("content", isLight ? "#ffffff" : "#15181c");
}
