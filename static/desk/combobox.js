// Type, see what fits, choose: the ARIA combobox pattern over an address that answers JSON rows.
import { make, rows } from "desk/dialog"

let count = 0

/**
 * Make `input` a combobox. `pick(row)` is called with the chosen row; rows are `{id, label, note, thumb}`.
 * With `allowNew(text)` what was typed may be chosen as it is.
 */
export const combobox = (input, { address, parameters = {}, pick, allowNew = null, inline = false }) => {
  const id = `desk-options-${++count}`
  const list = make("ul", { id, role: "listbox", class: "desk-options", "aria-label": "What fits" })
  list.hidden = true
  const status = make("span", { class: "desk-hidden", role: "status" })
  const wrapper = make("span", { class: `desk-combobox${inline ? " desk-combobox--inline" : ""}` })
  input.replaceWith(wrapper)
  wrapper.append(input, list, status)
  for (const [name, value] of Object.entries({
    role: "combobox",
    autocomplete: "off",
    spellcheck: "false",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": id,
  }))
    input.setAttribute(name, value)

  let options = []
  let active = -1
  let asked = 0
  let timer = 0
  // Whether more has been typed than what the list answers to.
  let waiting = false

  const close = () => {
    // An answer that is still on its way must not open the list again.
    clearTimeout(timer)
    asked++
    waiting = false
    list.hidden = true
    active = -1
    input.setAttribute("aria-expanded", "false")
    input.removeAttribute("aria-activedescendant")
  }

  const mark = (index) => {
    active = index
    for (const [position, element] of [...list.children].entries()) {
      element.setAttribute("aria-selected", String(position === index))
      if (position === index) {
        input.setAttribute("aria-activedescendant", element.id)
        element.scrollIntoView({ block: "nearest" })
      }
    }
  }

  const choose = (row) => {
    close()
    pick(row)
  }

  const show = (results, text) => {
    waiting = text !== input.value.trim()
    options = [...results]
    const exact = options.some((row) => row.label.toLowerCase() === text.toLowerCase())
    if (allowNew && text && !exact) options.push({ id: null, label: text, note: "New" })
    list.replaceChildren(
      ...options.map((row, index) =>
        make(
          "li",
          {
            id: `${id}-${index}`,
            role: "option",
            "aria-selected": "false",
            onmousedown: (event) => {
              event.preventDefault()
              choose(row)
            },
          },
          row.thumb ? make("img", { src: row.thumb, alt: "" }) : null,
          make("span", {}, make("strong", {}, row.label), row.note ? make("small", {}, row.note) : null),
        ),
      ),
    )
    list.hidden = options.length === 0
    input.setAttribute("aria-expanded", String(!list.hidden))
    status.textContent = options.length ? `${options.length} to choose from` : "Nothing fits"
    if (options.length) mark(allowNew && options.length > 1 ? -1 : 0)
  }

  const search = async () => {
    const text = input.value.trim()
    const mine = ++asked
    const { results } = await rows(address, { ...parameters, q: text })
    if (mine === asked && (document.activeElement === input || inline)) show(results, text)
  }

  const enter = async () => {
    // Who types faster than we answer means what they typed, not what is on the list.
    if (waiting) {
      clearTimeout(timer)
      await search()
    }
    if (!list.hidden && active >= 0) choose(options[active])
    else if (allowNew && input.value.trim()) choose({ id: null, label: input.value.trim() })
  }

  input.addEventListener("input", () => {
    waiting = true
    clearTimeout(timer)
    timer = setTimeout(search, 160)
  })
  input.addEventListener("focus", search)
  input.addEventListener("blur", () => {
    if (!inline) close()
  })
  input.addEventListener("keydown", (event) => {
    const last = options.length - 1
    if (event.key === "ArrowDown") {
      event.preventDefault()
      if (list.hidden) search()
      else mark(active >= last ? 0 : active + 1)
    } else if (event.key === "ArrowUp") {
      event.preventDefault()
      mark(active <= 0 ? last : active - 1)
    } else if (event.key === "Enter") {
      event.preventDefault()
      enter()
    } else if (event.key === "Escape" && !list.hidden && !inline) {
      event.preventDefault()
      event.stopPropagation()
      close()
    }
  })
  return { close, search }
}
