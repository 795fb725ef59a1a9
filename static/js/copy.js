// Copies an address to the clipboard. Without it the address is marked as a whole, and copied by hand.
(() => {
  "use strict";
  for (const block of document.querySelectorAll("[data-copying]")) {
    const field = block.querySelector("input");
    const button = block.querySelector("button");
    field.addEventListener("focus", () => field.select());
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(field.value);
        button.textContent = button.dataset.copied;
      } catch { field.focus(); }
    });
  }
})();
