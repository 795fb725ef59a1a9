// While files are being made, how far they are is fetched again every few seconds: only while somebody looks at
// the page, and with a longer pause when nothing moves. Without this script one reloads the page.

const SOON = 3_000
const LATER = 30_000
const cells = () => [...document.querySelectorAll("[data-edition], [data-making]")]

let pause = SOON

const look = async () => {
  if (document.hidden || !cells().some((cell) => cell.dataset.unfinished)) return
  const answer = await fetch(location.href)
  if (!answer.ok) return
  const page = new DOMParser().parseFromString(await answer.text(), "text/html")
  let moved = false
  for (const cell of cells()) {
    const fresh = page.getElementById(cell.id)
    // On a list by state what is finished has gone from it.
    if (!fresh && "making" in cell.dataset) cell.closest("li")?.remove()
    if (!fresh || fresh.outerHTML === cell.outerHTML) continue
    cell.replaceWith(document.importNode(fresh, true))
    moved = true
  }
  pause = moved ? SOON : Math.min(LATER, pause * 1.5)
}

const again = () => setTimeout(() => look().catch(() => (pause = LATER)).finally(again), pause)
document.addEventListener("visibilitychange", () => (pause = SOON))
again()
