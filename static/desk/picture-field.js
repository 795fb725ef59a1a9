// The select of a picture becomes the picture itself, with buttons to choose another or none.
import { make } from "desk/dialog"
import { choosePicture } from "desk/pictures"

for (const wrapper of document.querySelectorAll("[data-picture-field]")) {
  const select = wrapper.querySelector("select")
  const view = wrapper.querySelector("[data-view]")
  const choose = make("button", { type: "button", class: "desk-button", id: `${select.id}_choose` })
  const none = make("button", { type: "button", class: "desk-button desk-button--quiet" }, "Take it off")
  const label = document.querySelector(`label[for="${select.id}"]`)
  if (label) label.htmlFor = choose.id

  const draw = () => {
    choose.textContent = select.value ? "Choose another" : "Choose a picture"
    none.hidden = !select.value
  }
  const set = (row) => {
    select.replaceChildren(new Option(row?.label ?? "—", row?.id ?? "", true, true))
    view.replaceChildren(
      ...(row ? [make("img", { src: row.thumb, alt: row.alt || row.label })] : []),
      ...(row && !row.alt ? [make("p", { class: "desk-warning" }, "This picture has no alternative text yet.")] : []),
    )
    select.dispatchEvent(new Event("change", { bubbles: true }))
    draw()
  }
  choose.addEventListener("click", async () => {
    const row = await choosePicture({ address: select.dataset.picture, upload: select.dataset.upload })
    if (row) set(row)
    choose.focus()
  })
  none.addEventListener("click", () => {
    set(null)
    choose.focus()
  })
  select.hidden = true
  wrapper.append(make("p", { class: "desk-buttons desk-buttons--inline" }, choose, none))
  draw()
}
