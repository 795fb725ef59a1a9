// The flatplan: pieces are dragged on the pages or in the lists, or moved with Alt and an arrow key. Without
// this script the buttons of each row do the same.

const root = document.querySelector("[data-flatplan]")
const form = root?.querySelector("[data-place]")
const KEPT = "flatplan"

if (form) {
  root.classList.add("is-ready")
  let dragged = null

  const rows = () => [...root.querySelectorAll("[data-order] > [data-piece]")]
  const marks = ["is-before", "is-after", "is-end"]
  const unmark = () => {
    for (const one of root.querySelectorAll(marks.map((mark) => `.${mark}`).join())) one.classList.remove(...marks)
  }

  // The piece that comes behind the one with this number, or nothing at the end.
  const behind = (piece) => {
    const order = rows().map((row) => row.dataset.piece)
    return order[order.indexOf(piece) + 1] ?? ""
  }

  const place = (piece, before) => {
    if (piece === before) return
    form.elements.piece.value = piece
    form.elements.before.value = before
    keep({ piece })
    form.submit()
  }

  // Where a drop at this point would put the piece: over what, on which side, and before which piece.
  const target = (event) => {
    const end = event.target.closest("[data-end]")
    if (end) return { over: end, side: "is-end", before: "" }
    const over = event.target.closest("[data-piece]")
    if (!over || "waiting" in over.dataset || over.dataset.piece === dragged?.dataset.piece) return null
    const box = over.getBoundingClientRect()
    const isPage = over.classList.contains("flatplan-page")
    const isAfter = isPage ? event.clientX > box.left + box.width / 2 : event.clientY > box.top + box.height / 2
    const before = isAfter ? behind(over.dataset.piece) : over.dataset.piece
    return { over, side: isAfter ? "is-after" : "is-before", before }
  }

  for (const one of root.querySelectorAll("[data-movable]")) one.draggable = true

  root.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.("[data-movable]")
    if (!dragged) return
    event.dataTransfer.effectAllowed = "move"
    event.dataTransfer.setData("text/plain", dragged.dataset.piece)
    for (const one of root.querySelectorAll(`[data-piece="${dragged.dataset.piece}"]`)) one.classList.add("is-dragged")
  })
  root.addEventListener("dragover", (event) => {
    unmark()
    const found = dragged && target(event)
    if (!found) return
    event.preventDefault()
    found.over.classList.add(found.side)
  })
  root.addEventListener("drop", (event) => {
    const found = dragged && target(event)
    if (!found) return
    event.preventDefault()
    place(dragged.dataset.piece, found.before)
  })
  root.addEventListener("dragend", () => {
    unmark()
    for (const one of root.querySelectorAll(".is-dragged")) one.classList.remove("is-dragged")
    dragged = null
  })

  // Alt and an arrow, anywhere in a row, press its button.
  root.addEventListener("keydown", (event) => {
    if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return
    const row = event.target.closest("[data-order] > [data-piece]")
    const button = row?.querySelector(`button[value="${event.key === "ArrowUp" ? "up" : "down"}"]:not(:disabled)`)
    if (!button) return
    event.preventDefault()
    button.focus()
    button.click()
  })

  // A menu closes when one goes on elsewhere.
  root.addEventListener("keydown", (event) => {
    const open = event.key === "Escape" && event.target.closest("details[open]")
    if (!open) return
    open.open = false
    open.querySelector("summary").focus()
  })
  document.addEventListener("click", (event) => {
    for (const one of root.querySelectorAll("details[open]")) if (!one.contains(event.target)) one.open = false
  })

  // The page comes back where it was left, with the focus on the button that was pressed.
  const keep = (what) => sessionStorage.setItem(KEPT, JSON.stringify({ act: "", ...what, at: scrollY, path: location.pathname }))
  root.addEventListener("submit", (event) => {
    const { piece } = event.target.elements
    if (piece) keep({ piece: piece.value, act: event.submitter?.value ?? "" })
  })
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null")
  sessionStorage.removeItem(KEPT)

  const comeBack = () => {
    scrollTo({ top: kept.at, behavior: "instant" })
    const row = root.querySelector(`#piece-${Number(kept.piece)}`)
    if (!row) return
    const again = row.querySelector(`button[value="${kept.act}"]:not(:disabled)`)
    ;(again ?? row.querySelector("a")).focus({ preventScroll: true })
    const place = rows().indexOf(row) + 1
    root.querySelector("[data-said]").textContent = `${row.querySelector("a").textContent}: ${place} / ${rows().length}`
  }
  // Once the browser has gone to the part of the page that the address names: it takes the focus along.
  if (kept?.path === location.pathname) addEventListener("load", () => requestAnimationFrame(comeBack))
}
