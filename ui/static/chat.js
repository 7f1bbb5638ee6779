// What the chat does in the browser: opens cards from their chips, passes the buttons of rendered
// HTML to the server through one hidden field, saves exports. No eval, no inline handler, no
// request of its own.
"use strict";
(() => {
  const narrow = window.matchMedia("(max-width: 860px)");
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  const behavior = () => (calm.matches ? "auto" : "smooth");
  let count = 0;
  let opener = null;

  // Panels and cards

  function showPanel(section) {
    if (!section) return false;
    document.querySelectorAll(".v-sources.is-shown").forEach((one) => one.classList.remove("is-shown"));
    section.classList.add("is-shown");
    document.getElementById("v-side")?.classList.add("has-choice");
    return true;
  }

  function openSheet(open) {
    document.getElementById("v-page")?.classList.toggle("v-lifted", open);
    document.body.classList.toggle("v-still", open);
  }

  function openCard(link) {
    const card = document.getElementById(link.hash.slice(1));
    if (!card) return;
    document.querySelectorAll(".is-on").forEach((one) => one.classList.remove("is-on"));
    card.classList.add("is-on");
    link.classList.add("is-on");
    opener = link;
    showPanel(card.closest(".v-sources") || card);
    if (narrow.matches) openSheet(true);
    card.focus({ preventScroll: true });
    if (card.classList.contains("v-sources")) {
      card.scrollTop = 0;
    } else {
      const scroller = document.getElementById("v-side");
      const mark = card.querySelector("mark");
      const fits = card.offsetHeight < scroller.clientHeight;
      (fits || !mark ? card : mark).scrollIntoView({ behavior: behavior(), block: fits ? "nearest" : "center" });
    }
  }

  function closeSheet() {
    openSheet(false);
    if (opener && document.contains(opener)) opener.focus();
  }

  // Buttons of rendered HTML: one hidden field carries them to the server

  function act(name, value) {
    const field = document.querySelector("#v-act textarea, #v-act input");
    if (!field) return;
    count += 1;
    field.value = JSON.stringify({ do: name, value, count });
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (!target) return;
    const link = target.closest("a.v-chip, a.v-open");
    if (link) {
      event.preventDefault();
      openCard(link);
      return;
    }
    const button = target.closest("button.v-act");
    if (button) {
      if (button.name === "open" || button.name === "only") openSheet(false);
      if (["edit", "keep", "undo", "retry"].includes(button.name)) toBox = true;
      if (button.name === "forget") forget(button.value);
      if (button.name === "retry") document.getElementById("v-again")?.click();
      else act(button.name, button.value);
    } else if (target.closest("button.v-close")) {
      closeSheet();
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const cancel = document.querySelector("#v-edit-note button");
    if (cancel && document.activeElement?.closest?.("#v-composer")) {
      cancel.click();
      return;
    }
    if (document.body.classList.contains("v-still") || document.activeElement?.closest?.(".v-sources")) closeSheet();
  });

  // What the server sends: exports, a place in a document, a new turn

  function save(pre) {
    const kind = pre.className;
    const text = pre.textContent;
    const told = document.querySelector("#v-told");
    if (kind === "copy") {
      navigator.clipboard?.writeText(text).then(
        () => tell("Copied with its sources."),
        () => tell("The browser does not allow copying here.")
      );
      return;
    }
    const type = kind === "json" ? "application/json" : "text/markdown";
    const url = URL.createObjectURL(new Blob([text], { type }));
    const link = document.createElement("a");
    link.href = url;
    link.download = pre.title || `answer.${kind === "json" ? "json" : "md"}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
    if (told) tell(`Saved ${link.download}.`);
  }

  function tell(words) {
    let told = document.getElementById("v-told");
    if (!told) {
      told = document.createElement("div");
      told.id = "v-told";
      told.setAttribute("role", "status");
      document.getElementById("v-page")?.append(told);
    }
    told.textContent = words;
    told.classList.remove("is-gone");
    clearTimeout(tell.timer);
    tell.timer = setTimeout(() => told.classList.add("is-gone"), 3500);
  }

  // Conversations are kept by the server; the browser remembers their ids: this page's own, which a
  // reload brings back, and all that it has held, which the page of a new conversation lists.

  const TALK = "vouch-talk";
  const TALKS = "vouch-talks";
  const MOST_TALKS = 30;
  let resumed = false;
  let talk = null;

  function talks() {
    try {
      const kept = JSON.parse(localStorage.getItem(TALKS) || "[]");
      return Array.isArray(kept) ? kept.filter((one) => typeof one === "string") : [];
    } catch { return []; }
  }

  function store(storage, name, value) {
    // A browser that keeps nothing still lets one ask.
    try { storage().setItem(name, value); } catch { /* not kept */ }
  }

  function forget(id) {
    store(() => localStorage, TALKS, JSON.stringify(talks().filter((one) => one !== id)));
  }

  function remember() {
    const span = document.querySelector("#v-kept .v-id");
    if (!span || span.title === talk) return;
    talk = span.title;
    store(() => sessionStorage, TALK, talk);
    if (talk) {
      const ids = [talk, ...talks().filter((one) => one !== talk)].slice(0, MOST_TALKS);
      store(() => localStorage, TALKS, JSON.stringify(ids));
    }
  }

  function resume() {
    if (resumed || !document.querySelector(".v-welcome")) return;
    resumed = true;
    let current = "";
    try { current = sessionStorage.getItem(TALK) || ""; } catch { /* not kept */ }
    const ids = talks();
    if (current || ids.length) act("resume", JSON.stringify({ current, ids }));
  }

  // The focus goes where the next word is typed; a box of thoughts that was opened stays open

  let toBox = false;
  let lastNote = "";
  const opened = new Set();

  function focusBox(changed) {
    if (!toBox || !changed) return;
    toBox = false;
    const box = document.querySelector("#v-box textarea");
    if (!box) return;
    box.focus();
    requestAnimationFrame(() => box.setSelectionRange(box.value.length, box.value.length));
  }

  document.addEventListener("toggle", (event) => {
    const box = event.target;
    if (!box.matches?.("details.v-thinking[id]") || !document.contains(box)) return;
    if (box.open) opened.add(box.id);
    else opened.delete(box.id);
  }, true);

  function keepOpen() {
    for (const id of opened) {
      const box = document.getElementById(id);
      if (box && !box.open) box.open = true;
    }
  }

  // Each page keeps its own place: what is long on one must not be lost by looking at the other

  const places = {};
  let tab = "";

  function turnPage() {
    const chosen = document.querySelector('#v-tabs [role="tab"][aria-selected="true"]');
    const name = chosen ? chosen.textContent : "";
    if (!name || name === tab) return;
    if (tab) window.scrollTo({ top: places[name] || 0, behavior: "instant" });
    tab = name;
  }

  document.addEventListener("scroll", () => { if (tab) places[tab] = window.scrollY; }, { passive: true });

  let lastExport = "";
  let lastTurn = "";
  let lastPlace = null;
  let lastDocument = "";

  function look() {
    const pre = document.querySelector("#v-export pre");
    if (pre && pre.id !== lastExport) {
      lastExport = pre.id;
      save(pre);
    }
    const here = document.getElementById("v-here");
    if (here && here !== lastPlace && here.offsetParent) {
      lastPlace = here;
      here.scrollIntoView({ block: "center" });
      here.focus({ preventScroll: true });
    }
    const opened = document.querySelector(".v-document h3")?.textContent || "";
    if (opened !== lastDocument) {
      lastDocument = opened;
      const reading = document.getElementById("v-reading");
      if (reading && opened && !here) {
        reading.scrollTop = 0;
        if (narrow.matches) reading.scrollIntoView({ behavior: behavior(), block: "start" });
      }
    }
    const turn = document.querySelector("#v-now .v-turn");
    const id = turn ? turn.id : "";
    const noted = document.querySelector("#v-edit-note")?.textContent || "";
    focusBox(id !== lastTurn || noted !== lastNote);
    lastNote = noted;
    if (id !== lastTurn) {
      lastTurn = id;
      // A new question: the panel goes back to the newest answer, the page to the question.
      document.getElementById("v-side")?.classList.remove("has-choice");
      document.querySelectorAll(".v-sources.is-shown").forEach((one) => one.classList.remove("is-shown"));
      if (turn) turn.scrollIntoView({ behavior: behavior(), block: "start" });
    }
  }

  function speak() {
    const now = document.getElementById("v-now");
    if (now && !now.hasAttribute("aria-live")) {
      now.setAttribute("aria-live", "polite");
      now.setAttribute("role", "log");
      now.setAttribute("aria-label", "Answer");
    }
  }

  let waiting = false;
  new MutationObserver(() => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      turnPage();
      speak();
      look();
      remember();
      resume();
      keepOpen();
    });
  }).observe(document.body || document, {
    childList: true, subtree: true, attributes: true, attributeFilter: ["aria-selected"],
  });
})();
