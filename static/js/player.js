// Improves recordings that play without it: one bar with speed, paragraphs, keys, and a place to come back to.
(() => {
  "use strict";
  const BACK = 15;
  const ON = 30;
  // A press on "previous" so soon after a beginning means the one before.
  const SOON = 3;
  const KEPT = 30;
  const player = document.querySelector("[data-player]");
  const tracks = [...document.querySelectorAll("[data-track]")];
  if (!player || !tracks.length) return;

  const part = (name) => player.querySelector(`[data-${name}]`);
  const bar = part("controls");
  const slide = part("slide");
  const speed = part("speed");
  const isQueue = "queue" in player.dataset;
  const blocks = isQueue ? [] : [...(document.querySelector("[data-prose]")?.children ?? [])];
  const rows = tracks.map((track) => track.closest("[data-row]"));
  // One element plays everything: a phone lets only the one that was touched go on by itself.
  const audio = tracks[0].querySelector("audio");
  const files = tracks.map((track) => [...track.querySelectorAll("source")].map((one) => one.cloneNode()));
  audio.controls = false;

  // A browser may refuse storage; the place is then lost with the page.
  const memory = {
    get(name) { try { return JSON.parse(localStorage.getItem(name)); } catch { return null; } },
    set(name, value) {
      try { value === null ? localStorage.removeItem(name) : localStorage.setItem(name, JSON.stringify(value)); } catch { /* Not kept. */ }
    },
  };

  let current = 0;
  let starts = 0;
  let times = [];
  let hasBegun = false;
  let told = -1;

  const data = () => tracks[current].dataset;
  const length = () => Number(data().seconds);
  const now = () => (audio.readyState ? audio.currentTime : starts);
  const clock = (seconds) => {
    const [hours, rest] = [Math.floor(seconds / 3600), Math.floor(seconds % 3600)];
    const minutes = String(Math.floor(rest / 60)).padStart(hours ? 2 : 1, "0");
    return `${hours ? `${hours}:` : ""}${minutes}:${String(rest % 60).padStart(2, "0")}`;
  };
  const paragraph = () => times.findLast((one) => one.at <= now() + 0.05) ?? times[0];

  // -- What is kept ------------------------------------------------------------

  function keep({ isOver = false, isLast = isOver } = {}) {
    if (!hasBegun) return;
    const { key, place } = data();
    const at = isOver ? 0 : Math.round(now() * 1000);
    if (place) {
      const done = isOver ? 100 : Math.min(100, Math.floor((now() / (length() || 1)) * 100));
      const block = Math.max(0, Number(paragraph()?.block) || 0);
      const detail = { address: place, key, at, block, done, isPlaying: !audio.paused && !isLast };
      document.dispatchEvent(new CustomEvent("listening", { detail }));
    } else {
      const heard = Object.entries(memory.get("heard") ?? {}).filter(([one]) => one !== key);
      if (at) heard.push([key, at]);
      memory.set("heard", heard.length ? Object.fromEntries(heard.slice(-KEPT)) : null);
    }
  }

  // -- What is shown -----------------------------------------------------------

  function mark() {
    const heard = "marks" in data() && hasBegun ? blocks[paragraph()?.block] : null;
    for (const block of blocks) block.toggleAttribute("data-heard", block === heard);
  }

  function show() {
    const at = Math.floor(now());
    if (at === told) return;
    told = at;
    slide.value = at;
    slide.style.setProperty("--played", `${(at / (length() || 1)) * 100}%`);
    const words = slide.dataset.said.replace("%m", Math.floor(at / 60)).replace("%s", at % 60);
    slide.setAttribute("aria-valuetext", words);
    part("now").textContent = clock(at);
    mark();
    if (!audio.paused && at % 5 === 0) keep();
  }

  function showPlaying() {
    const button = part("do=play");
    button.setAttribute("aria-label", audio.paused ? button.dataset.play : button.dataset.pause);
    player.toggleAttribute("data-playing", !audio.paused);
    rows.forEach((row, index) => {
      const isThis = index === current && hasBegun;
      row?.toggleAttribute("data-now", isThis);
      row?.toggleAttribute("data-sounds", isThis && !audio.paused);
    });
  }

  // -- What is done ------------------------------------------------------------

  function choose(index) {
    current = index;
    const { key, from, place } = data();
    starts = (place ? Number(from) : memory.get("heard")?.[key] ?? 0) / 1000;
    if (starts > length() - 1) starts = 0;
    times = data().times.split(" ").filter(Boolean).map((one) => {
      const [block, at] = one.split(":");
      return { block, at: Number(at) / 1000 };
    });
    told = -1;
    slide.max = length();
    part("length").textContent = clock(length());
    if (hasBegun) part("what").textContent = data().headline;
    show();
  }

  function turnTo(index) {
    if (index === current) return;
    keep();
    audio.pause();
    tracks[current].dataset.from = Math.round(now() * 1000);
    audio.replaceChildren(...files[index]);
    audio.load();
    choose(index);
  }

  async function play() {
    // Before anything is loaded, this says where the sound is to begin.
    if (!audio.readyState) audio.currentTime = starts;
    audio.playbackRate = audio.defaultPlaybackRate = Number(speed.value);
    hasBegun = true;
    part("what").textContent = data().headline;
    part("status").textContent = "";
    try {
      await audio.play();
    } catch (error) {
      if (error.name === "NotSupportedError") part("status").textContent = part("status").dataset.lost;
    }
  }

  function seek(seconds) {
    starts = Math.min(Math.max(0, seconds), Math.max(0, length() - 0.1));
    audio.currentTime = starts;
    told = -1;
    show();
    if (hasBegun) keep();
  }

  function paragraphs(by) {
    const index = times.indexOf(paragraph());
    const isSoon = now() - times[index]?.at < SOON;
    const wanted = times[by > 0 ? index + 1 : isSoon ? index - 1 : index];
    if (wanted) seek(wanted.at);
    else if (by < 0) seek(0);
    if (player.hasAttribute("data-docked")) blocks[paragraph().block]?.scrollIntoView({ block: "nearest" });
  }

  function pieces(by) {
    if (by < 0 && (now() > SOON || !current)) return seek(0);
    if (!tracks[current + by]) return undefined;
    turnTo(current + by);
    return play();
  }

  const skip = isQueue ? pieces : paragraphs;
  function faster(by) {
    speed.selectedIndex = Math.min(Math.max(0, speed.selectedIndex + by), speed.length - 1);
    speed.dispatchEvent(new Event("change"));
  }
  const deeds = {
    play: () => (audio.paused ? play() : audio.pause()),
    back: () => seek(now() - BACK),
    on: () => seek(now() + ON),
    previous: () => skip(-1),
    next: () => skip(1),
    slower: () => faster(-1),
    faster: () => faster(1),
  };
  const KEYS = { k: "play", j: "back", l: "on", p: "previous", n: "next", s: "slower", f: "faster" };

  bar.addEventListener("click", (event) => deeds[event.target.closest("[data-do]")?.dataset.do]?.());
  // Only from within the player: elsewhere the letters belong to the browser and to screen readers.
  player.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target === speed) return;
    const deed = deeds[KEYS[event.key.toLowerCase()]];
    if (!deed) return;
    event.preventDefault();
    deed();
  });
  slide.addEventListener("input", () => seek(Number(slide.value)));
  speed.addEventListener("change", () => {
    audio.playbackRate = audio.defaultPlaybackRate = Number(speed.value);
    memory.set("speed", speed.value === "1" ? null : speed.value);
  });
  audio.addEventListener("timeupdate", show);
  audio.addEventListener("loadedmetadata", () => {
    if (Math.abs(audio.currentTime - starts) > 1) audio.currentTime = starts;
  });
  for (const change of ["play", "pause"]) audio.addEventListener(change, showPlaying);
  audio.addEventListener("pause", () => { if (!audio.ended) keep(); });
  audio.addEventListener("ended", () => {
    keep({ isOver: true });
    tracks[current].dataset.from = 0;
    if (isQueue && tracks[current + 1]) { turnTo(current + 1); play(); }
  });
  // Before the place is said for the last time (place.js).
  addEventListener("pagehide", () => keep({ isLast: true }), { capture: true });
  rows.forEach((row, index) => row?.querySelector("[data-play-this]")?.addEventListener("click", () => {
    if (index === current && !audio.paused) { audio.pause(); return; }
    turnTo(index);
    play();
  }));

  // -- From this paragraph on --------------------------------------------------

  if (blocks.length && "marks" in data()) {
    const from = document.createElement("button");
    from.className = "from-here";
    from.type = "button";
    // A help for the hand with the mouse: the keys have "next paragraph".
    from.tabIndex = -1;
    from.setAttribute("aria-hidden", "true");
    const prose = blocks[0].parentElement;
    prose.addEventListener("pointerover", (event) => {
      const block = blocks.find((one) => one.contains(event.target));
      if (hasBegun && times.some((one) => Number(one.block) === blocks.indexOf(block))) block.append(from);
    });
    from.addEventListener("click", () => {
      const block = blocks.indexOf(from.parentElement);
      seek(times.find((one) => Number(one.block) === block).at);
      play();
    });
  }

  // -- The bar stays in sight, and what has the focus is not behind it -----------

  if (!isQueue) {
    const dock = () => {
      const away = player.getBoundingClientRect().bottom < 0;
      const isDocked = hasBegun && away;
      if (isDocked === player.hasAttribute("data-docked")) return;
      player.style.minBlockSize = isDocked ? `${player.offsetHeight}px` : "";
      player.toggleAttribute("data-docked", isDocked);
      document.documentElement.toggleAttribute("data-dock", isDocked);
    };
    new IntersectionObserver(dock).observe(player);
    audio.addEventListener("play", dock);
  }

  // -- The keys of keyboards and headphones --------------------------------------

  if ("mediaSession" in navigator) {
    const session = navigator.mediaSession;
    audio.addEventListener("play", () => {
      const { headline, by } = data();
      session.metadata = new MediaMetadata({ title: headline, artist: by, album: player.dataset.album });
    });
    const answers = {
      play, pause: () => audio.pause(), seekbackward: deeds.back, seekforward: deeds.on,
      previoustrack: deeds.previous, nexttrack: deeds.next, seekto: ({ seekTime }) => seek(seekTime),
    };
    for (const [action, answer] of Object.entries(answers)) {
      try { session.setActionHandler(action, answer); } catch { /* Not known here. */ }
    }
  }

  const kept = memory.get("speed");
  if ([...speed.options].some((one) => one.value === kept)) speed.value = kept;
  choose(0);
  document.documentElement.dataset.plays = "";
})();
