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
