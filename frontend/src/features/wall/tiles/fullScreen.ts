/** Shows `element` on the whole screen, or leaves that. Browsers may refuse; then nothing happens. */
export async function toggleFullScreen(element: HTMLElement): Promise<void> {
  try {
    if (document.fullscreenElement === element) await document.exitFullscreen();
    else await element.requestFullscreen();
  } catch {
    // Some phones know full screen for videos only.
  }
}
