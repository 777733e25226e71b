// A page about what moves looks whether it is old, and brings itself up to date. Without this file
// it stays as it was when it was asked for.
"use strict";

(() => {
  const main = document.getElementById("main");
  if (!main || !main.dataset.live) return;
  const EVERY = 10000; // milliseconds
  const PAUSED = "changeproof-paused";

  const note = document.createElement("p");

  // What the server said, before this file or another one altered anything of it.
  let said = main.cloneNode(true);
  let known = null;
  let asking = false;
  let over = false;

  // A part is replaced as a whole: a section, or a column of the desk.
  const partsOf = (root) =>
    [...root.children].filter((each) => each !== note).flatMap((each) => (each.classList.contains("desk") ? [...each.children] : [each]));
  const plain = (part) => {
    const copy = part.cloneNode(true);
    copy.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((each) => each.removeAttribute("value"));
    return copy.outerHTML;
  };
  const isTyped = (field) =>
    field.type === "checkbox" || field.type === "radio" ? field.checked !== field.defaultChecked
      : field.tagName === "SELECT" ? [...field.options].some((each) => each.selected !== each.defaultSelected)
      : field.type !== "hidden" && field.value !== field.defaultValue;
  // Nothing moves under whoever writes, and nobody decides on what they did not read.
  const isInUse = (part) =>
    part.querySelector("[name=content_digest]") ||
    [...part.querySelectorAll("input, textarea, select")].some((each) => each === document.activeElement || isTyped(each));

  const tell = (text) => { document.getElementById("announcement").textContent = text; };
  const tellOlder = (part) => {
    if (part.querySelector(".older")) return;
    const note = document.createElement("p");
    note.className = "older callout";
    const link = document.createElement("a");
    link.href = location.href;
    link.textContent = "See it as it is now";
    note.append("This has changed since you opened it. ", link);
    part.prepend(note);
    tell("Something on this page has changed since you opened it.");
  };
  const replaced = (old, fresh) => {
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    const open = [...old.querySelectorAll("details")].map((each) => each.open);
    [...fresh.querySelectorAll("details")].forEach((each, place) => { each.open = each.open || Boolean(open[place]); });
    old.replaceWith(fresh);
    if (window.htmx) window.htmx.process(fresh);
    document.dispatchEvent(new CustomEvent("changeproof:fresh", { detail: fresh }));
    if (!focused) return;
    const same = [...fresh.querySelectorAll("a[href], button, summary")].find((each) =>
      each.tagName === focused.tagName && each.getAttribute("href") === focused.getAttribute("href") &&
      each.textContent === focused.textContent);
    (same || main).focus({ preventScroll: true });
  };

  const bringUpToDate = async () => {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.getElementById("main");
    if (!now) return;
    const kept = now.cloneNode(true);
    const [old, fresh, before] = [partsOf(main), partsOf(now), partsOf(said)];
    if (old.length !== fresh.length || before.length !== fresh.length) {
      if (old.some(isInUse)) { tellOlder(old[0]); return; }
      main.replaceChildren(...now.childNodes);
      if (window.htmx) window.htmx.process(main);
      document.dispatchEvent(new CustomEvent("changeproof:fresh", { detail: main }));
      tell("This page was brought up to date.");
    } else {
      let number = 0;
      fresh.forEach((part, place) => {
        if (plain(part) === plain(before[place])) return;
        if (isInUse(old[place])) { tellOlder(old[place]); return; }
        replaced(old[place], part);
        number += 1;
      });
      if (number) tell("This page was brought up to date.");
    }
    document.title = page.title;
    said = kept;
  };

  const ask = async () => {
    if (asking || over || document.hidden || localStorage.getItem(PAUSED)) return;
    asking = true;
    try {
      const headers = known ? { "If-None-Match": known } : {};
      const answer = await fetch(main.dataset.live, { headers, cache: "no-store" });
      // Signed out, or the change is not to be seen any more: the next click says so.
      if (answer.redirected || answer.status === 403 || answer.status === 404) over = true;
      else if (answer.ok) {
        const first = known === null;
        known = answer.headers.get("ETag");
        if (!first) await bringUpToDate();
      }
    } catch { /* away for a moment: asked again */ } finally { asking = false; }
  };

  // Whoever is disturbed by a page that moves stops it, on all pages, until they let it go on.
  note.className = "small soft on-screen";
  const words = document.createTextNode("");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "as-link small";
  const show = () => {
    const paused = Boolean(localStorage.getItem(PAUSED));
    words.textContent = paused ? "This page stays as it is. " : "This page brings itself up to date. ";
    button.textContent = paused ? "Keep it up to date" : "Let it stay as it is";
  };
  note.append(words, button);
  button.addEventListener("click", () => {
    if (localStorage.getItem(PAUSED)) localStorage.removeItem(PAUSED);
    else localStorage.setItem(PAUSED, "1");
    show();
    ask();
  });
  show();
  const footing = document.querySelector(".footing");
  if (footing) footing.append(note);
  else main.append(note);

  ask();
  setInterval(ask, EVERY);
  document.addEventListener("visibilitychange", ask);
})();
