// Runs before the page is drawn, so that a chosen theme never flashes and charts have their room.
"use strict";
document.documentElement.classList.add("scripted");
try {
  const chosen = localStorage.getItem("crosstalk-theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch { /* storage may be switched off: the system's theme is used */ }
