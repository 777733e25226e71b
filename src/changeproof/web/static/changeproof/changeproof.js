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
const tick = () => {
  for (const timer of document.querySelectorAll("[data-until]")) {
    const left = Math.floor((Date.parse(timer.dataset.until) - Date.now()) / 1000);
    timer.textContent = length(Math.max(0, left));
  }
};
if (document.querySelector("[data-until]")) setInterval(tick, 1000);

// Times stand in the reader's own zone, with UTC where the pointer rests; days, and times under a
// heading that names the day, stay as they are. Without this file everything is in UTC.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const parts = new Intl.DateTimeFormat("en-GB", {
  day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit",
  second: "2-digit", hourCycle: "h23", timeZoneName: "short",
});
const inZone = (time) => {
  const shown = time.textContent.trim();
  const at = new Date(time.dateTime);
  if (time.title || Number.isNaN(at.getTime()) || !/[0-9]{2}:[0-9]{2}(:[0-9]{2})? UTC$/.test(shown)) return;
  const said = Object.fromEntries(parts.formatToParts(at).map((each) => [each.type, each.value]));
  const second = /:[0-9]{2}:[0-9]{2} UTC$/.test(shown) ? `:${said.second}` : "";
  const month = at.toLocaleDateString("en-US", { month: "short" });
  time.title = shown;
  time.textContent = `${said.day} ${month} ${said.year}, ${said.hour}:${said.minute}${second} ${said.timeZoneName}`;
};
const ownZone = (within) => {
  if (!zone || zone === "UTC") return;
  within.querySelectorAll("time[datetime]").forEach(inZone);
  within.querySelectorAll("a[data-csv]").forEach((link) => {
    const address = new URL(link.href);
    address.searchParams.set("zone", zone);
    link.href = address.href;
  });
};
ownZone(document);
document.addEventListener("htmx:load", (event) => ownZone(event.detail.elt.parentElement || document));
document.addEventListener("changeproof:fresh", (event) => ownZone(event.detail));

// What is to be carried elsewhere can be copied with one press; without this file it is selected by hand.
const copyable = (within) => {
  if (!navigator.clipboard) return;
  within.querySelectorAll("pre[data-copy]").forEach((text) => {
    if (text.nextElementSibling && text.nextElementSibling.dataset.copies) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "small on-screen";
    button.dataset.copies = "yes";
    button.textContent = `Copy ${text.dataset.copy}`;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(text.textContent);
      document.getElementById("announcement").textContent = "Copied.";
      button.textContent = "Copied";
    });
    text.after(button);
  });
};
copyable(document);
document.addEventListener("changeproof:fresh", (event) => copyable(event.detail));
