"use strict";
// Search runs in a worker made of a blob, which the page's policy does not allow; the browser's own search does.
Redoc.init("/openapi.json", { disableSearch: true, hideLogo: true, nativeScrollbars: true }, document.getElementById("redoc"));
