// The smaller build has no declarations of its own; it exports what the whole one does.
declare module "hls.js/light" {
  export * from "hls.js";
  export { default } from "hls.js";
}
