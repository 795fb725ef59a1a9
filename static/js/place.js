// Keeps where a reader who is signed in is in a piece, reading or listening, so that any device goes on there.
(() => {
  "use strict";
  const EVERY = 15_000;
  // A reader who rests so long on a place has read up to it; who rushes past has not.
  const RESTS = 1_500;
  const token = document.querySelector("input[name=csrfmiddlewaretoken]")?.value;
  if (!token) return;

  const unsaid = new Map();
  let isWelcome = true;

  function say() {
    for (const [address, fields] of unsaid) {
      if (!isWelcome) break;
      const body = new URLSearchParams({ ...fields, csrfmiddlewaretoken: token });
      fetch(address, { method: "POST", body, keepalive: true, redirect: "manual" })
        // Whoever has signed out meanwhile is not asked again.
        .then((answer) => { isWelcome = answer.status === 204; })
        .catch(() => { /* Said again with the next place. */ });
    }
    unsaid.clear();
  }
  setInterval(say, EVERY);
  addEventListener("pagehide", say);
  document.addEventListener("visibilitychange", () => { if (document.hidden) say(); });

  let listens = false;
  document.addEventListener("listening", ({ detail }) => {
    const { address, isPlaying, ...fields } = detail;
    listens = isPlaying;
    unsaid.set(address, { ...fields, listening: "yes" });
    if (!isPlaying) say();
  });

  const keep = document.querySelector("[data-reading]");
  const prose = document.querySelector("[data-prose]");
  if (!keep || !prose) return;
  const blocks = [...prose.children];
  // Only what lies further on is kept: somebody who comes back begins at the top of the page.
  let furthest = "through" in keep.dataset ? Infinity : Number(keep.dataset.block);

  function read() {
    if (listens) return;
    const text = prose.getBoundingClientRect();
    const line = innerHeight * 0.4;
    const block = blocks.findLastIndex((one) => one.getBoundingClientRect().top < line);
    if (block <= furthest) return;
    furthest = block;
    const done = Math.min(1, (innerHeight - text.top) / text.height) * 100;
    unsaid.set(keep.dataset.reading, { block, done: Math.floor(done) });
  }
  let rest;
  addEventListener("scroll", () => {
    clearTimeout(rest);
    rest = setTimeout(read, RESTS);
  }, { passive: true });

  keep.querySelector("[data-continue]")?.addEventListener("click", () => {
    const block = blocks[Math.min(Number(keep.dataset.block), blocks.length - 1)];
    block.tabIndex = -1;
    block.focus({ preventScroll: true });
    block.scrollIntoView({ block: "start" });
  });
})();
