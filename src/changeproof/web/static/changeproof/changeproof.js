// What links and forms cannot do alone. Every page works without this file.
"use strict";

// After "Show more": say what came, and put the focus on the first new row, not on nothing.
document.addEventListener("htmx:afterSwap", (event) => {
  const asked = event.detail.requestConfig && event.detail.requestConfig.elt;
  if (!asked || !asked.dataset.announce) return;
  const first = document.getElementById(asked.dataset.first);
  if (first) first.focus();
  document.getElementById("announcement").textContent = asked.dataset.announce;
});

// A refusal stands on top of its form; the reader should start there.
const refusal = document.getElementById("refusal");
if (refusal) refusal.focus();

// Paper has no buttons to open things with.
window.addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details")) details.open = true;
});

// What runs out counts down; without this file the page shows what was left when it was asked for.
const UNITS = [["d", 86400], ["h", 3600], ["min", 60], ["s", 1]];
const length = (seconds) => {
  const first = UNITS.findIndex(([, size]) => seconds >= size);
  if (first < 0) return "0 s";
  const [name, size] = UNITS[first];
  const [next, part] = UNITS[first + 1] || ["", 0];
  const rest = part ? Math.floor((seconds % size) / part) : 0;
  return `${Math.floor(seconds / size)} ${name}${rest ? ` ${rest} ${next}` : ""}`;
};
const timers = [...document.querySelectorAll("[data-until]")];
const tick = () => {
  for (const timer of timers) {
    const left = Math.floor((Date.parse(timer.dataset.until) - Date.now()) / 1000);
    timer.textContent = length(Math.max(0, left));
  }
};
if (timers.length) setInterval(tick, 1000);
