// Choosing a picture by looking: a wall of thumbnails with a search, and a place to add a new one.
import { ask, csrf, field, make, rows } from "desk/dialog"

/** Resolve with the row of the chosen (or just added) picture, or null. */
export const choosePicture = ({ address, upload }) => {
  const [searchField, search] = field("Search the library", { type: "search", autocomplete: "off" })
  const wall = make("ul", { class: "desk-wall", "aria-label": "Pictures" })
  const more = make("button", { type: "button", class: "desk-button" }, "Show more")
  const status = make("p", { class: "desk-help", role: "status" })

  const [fileField, file] = field("Or add a new one", {
    type: "file",
    accept: "image/*",
    help: "JPEG, PNG, WebP, AVIF or GIF, at most 25 MB. You can also drop it on this window.",
  })
  const [altField, alt] = field("What it shows (alternative text)", { type: "text", maxlength: 300 })
  const [creditField, credit] = field("Credit", { type: "text", maxlength: 200 })
  const add = make("button", { type: "button", class: "desk-button" }, "Add this file")
  const refusal = make("p", { class: "desk-error", role: "alert" })
  refusal.hidden = true
  const details = make("details", { class: "desk-upload" }, make("summary", {}, "Add a new picture"), fileField, altField, creditField, refusal, add)

  let finish = () => {}
  let page = 1
  let asked = 0

  const load = async (next) => {
    const mine = ++asked
    page = next
    const answer = await rows(address, { q: search.value.trim(), page })
    if (mine !== asked) return
    const tiles = answer.results.map((row) =>
      make(
        "li",
        {},
        make(
          "button",
          { type: "button", onclick: () => finish(row) },
          row.thumb ? make("img", { src: row.thumb, alt: row.alt || "", loading: "lazy" }) : null,
          make("span", {}, row.label),
        ),
      ),
    )
    if (next === 1) wall.replaceChildren(...tiles)
    else wall.append(...tiles)
    more.hidden = !answer.more
    status.textContent = wall.children.length ? "" : "No picture fits these words."
  }

  let timer = 0
  search.addEventListener("input", () => {
    clearTimeout(timer)
    timer = setTimeout(() => load(1), 200)
  })
  more.addEventListener("click", () => load(page + 1))

  const send = async () => {
    refusal.hidden = true
    if (!file.files.length) return file.focus()
    add.disabled = true
    const data = new FormData()
    data.set("file", file.files[0])
    data.set("alt", alt.value)
    data.set("credit", credit.value)
    try {
      const answer = await fetch(upload, { method: "POST", body: data, headers: { "X-CSRFToken": csrf() } })
      const row = await answer.json()
      if (answer.ok) return finish(row)
      refusal.textContent = row.error
    } catch {
      refusal.textContent = "The file did not arrive. Try again."
    } finally {
      add.disabled = false
    }
    refusal.hidden = false
  }
  add.addEventListener("click", send)

  const answer = ask({
    title: "Choose a picture",
    fields: [searchField, wall, status, more, details],
    read: () => null,
    wide: true,
  })
  const dialog = wall.closest("dialog")
  finish = dialog.finish
  dialog.addEventListener("dragover", (event) => event.preventDefault())
  dialog.addEventListener("drop", (event) => {
    event.preventDefault()
    if (!event.dataTransfer.files.length) return
    file.files = event.dataTransfer.files
    details.open = true
    alt.focus()
  })
  search.focus()
  load(1)
  return answer
}
