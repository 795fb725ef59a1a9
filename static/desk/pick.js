// A select with one choice becomes a field that finds among thousands by typing.
import { combobox } from "desk/combobox"
import { make } from "desk/dialog"

const enhance = (select) => {
  if (select.dataset.ready || select.closest("template")) return
  select.dataset.ready = "1"
  const chosen = select.selectedOptions[0]
  const label = document.querySelector(`label[for="${select.id}"]`)
  const input = make("input", {
    type: "text",
    id: `${select.id}_text`,
    class: "desk-input",
    placeholder: select.dataset.placeholder,
  })
  input.value = select.value ? chosen.textContent : ""
  if (label) label.htmlFor = input.id
  else input.setAttribute("aria-label", select.dataset.placeholder)
  select.hidden = true
  select.after(input)

  let last = input.value
  const set = (id, text) => {
    select.replaceChildren(new Option(text, id ?? "", true, true))
    input.value = last = text
    select.dispatchEvent(new Event("change", { bubbles: true }))
  }
  const own = document.querySelector("[data-words]")?.dataset.article
  combobox(input, {
    address: select.dataset.pick,
    parameters: { not: own },
    pick: (row) => set(row.id, row.label),
  })
  input.addEventListener("blur", () => {
    if (!input.value.trim()) {
      if (select.value) set("", "")
    } else input.value = last
  })
}

const enhanceAll = (root) => root.querySelectorAll("select[data-pick]").forEach(enhance)
enhanceAll(document)
document.addEventListener("desk:added", (event) => enhanceAll(event.target))
