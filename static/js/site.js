// Improves pages that read without it: colours, text size, progress, sharing, notes beside the text.
(() => {
  "use strict";
  const root = document.documentElement;
  root.dataset.scripts = "";

  // A browser may refuse storage; the choice then lasts for the page.
  const memory = {
    get(key) { try { return localStorage.getItem(key); } catch { return null; } },
    set(key, value) {
      try { value === null ? localStorage.removeItem(key) : localStorage.setItem(key, value); } catch { /* Not kept. */ }
    },
  };
  const SIZES = [-1, 0, 1, 2, 3];
  const theme = memory.get("theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  if (SIZES.includes(Number(memory.get("text")))) root.dataset.text = memory.get("text") ?? "0";

  const dark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : dark.matches);

  function switchTheme(button) {
    const written = button.querySelector("[data-name]");
    const name = () => {
      const words = isDark() ? button.dataset.toLight : button.dataset.toDark;
      if (written) written.textContent = words;
      else button.setAttribute("aria-label", words);
    };
    button.addEventListener("click", () => {
      const wanted = isDark() ? "light" : "dark";
      // Choosing what the system says anyway means: follow the system again.
      if (wanted === (dark.matches ? "dark" : "light")) delete root.dataset.theme;
      else root.dataset.theme = wanted;
      memory.set("theme", root.dataset.theme ?? null);
      dispatchEvent(new Event("theme"));
    });
    addEventListener("theme", name);
    dark.addEventListener("change", name);
    name();
  }

  function textSize(bar) {
    const smaller = bar.querySelector("[data-text-smaller]");
    const larger = bar.querySelector("[data-text-larger]");
    const size = () => Number(root.dataset.text ?? 0);
    const show = () => {
      smaller.disabled = size() === SIZES[0];
      larger.disabled = size() === SIZES.at(-1);
    };
    const step = (by) => {
      root.dataset.text = String(Math.min(SIZES.at(-1), Math.max(SIZES[0], size() + by)));
      memory.set("text", root.dataset.text === "0" ? null : root.dataset.text);
      show();
    };
    smaller.addEventListener("click", () => step(-1));
    larger.addEventListener("click", () => step(1));
    show();
  }

  function share(bar) {
    const button = bar.querySelector("[data-share]");
    const said = bar.querySelector("[data-said]");
    const address = document.querySelector("link[rel=canonical]")?.href ?? location.href;
    button.addEventListener("click", async () => {
      try {
        if (navigator.share) await navigator.share({ title: document.title, url: address });
        else {
          await navigator.clipboard.writeText(address);
          said.textContent = button.textContent = button.dataset.copied;
        }
      } catch { /* The reader changed their mind. */ }
    });
    bar.querySelector("[data-print]").addEventListener("click", () => print());
  }

  function progress(bar, prose) {
    const shown = bar.querySelector("[data-progress]");
    let waiting = false;
    const measure = () => {
      waiting = false;
      const text = prose.getBoundingClientRect();
      const read = (innerHeight - text.top) / (text.height || 1);
      shown.value = Math.max(0, Math.min(1, read)) * 100;
      bar.toggleAttribute("data-stuck", bar.getBoundingClientRect().top <= 0);
    };
    const soon = () => { if (!waiting) { waiting = true; requestAnimationFrame(measure); } };
    addEventListener("scroll", soon, { passive: true });
    addEventListener("resize", soon);
    measure();
  }

  function notes(prose) {
    let open = null;
    const close = (isReturning) => {
      if (!open) return;
      open.note.remove();
      if (isReturning) open.link.focus();
      open = null;
    };
    prose.addEventListener("click", (event) => {
      const link = event.target.closest("a[role=doc-noteref]");
      const entry = link && document.getElementById(link.hash.slice(1));
      if (!entry) return;
      event.preventDefault();
      const wasOpen = open?.link === link;
      close(false);
      if (wasOpen) return;
      const note = document.createElement("span");
      note.className = "note";
      note.tabIndex = -1;
      note.setAttribute("role", "note");
      note.textContent = entry.textContent.replace("↩", "").trim();
      link.parentElement.after(note);
      open = { link, note };
      note.focus({ preventScroll: true });
      note.scrollIntoView({ block: "nearest" });
    });
    addEventListener("keydown", (event) => { if (event.key === "Escape") close(true); });
  }

  function start() {
    document.querySelectorAll("[data-theme-switch]").forEach(switchTheme);
    // On a phone the row of sections is longer than the screen.
    const current = document.querySelector(".masthead__sections [aria-current]");
    if (current) current.closest("ul").scrollLeft = current.offsetLeft - innerWidth / 3;
    const bar = document.querySelector("[data-bar]");
    const prose = document.querySelector("[data-prose]");
    if (!prose) return;
    notes(prose);
    if (!bar) return;
    textSize(bar);
    share(bar);
    progress(bar, prose);
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
