// Words between commas become words one can add by typing and remove one by one.
import { combobox } from "desk/combobox"
import { make } from "desk/dialog"

const read = (text) =>
  [...text.matchAll(/"([^"]+)"|([^,]+)/g)].map((match) => (match[1] ?? match[2]).trim()).filter(Boolean)

const write = (names) => {
  const joined = names.map((name) => (/[,"]/.test(name) ? `"${name.replaceAll('"', "")}"` : name))
  // A single name with a space would be read as several words without a comma behind it.
  return joined.length ? `${joined.join(", ")},` : ""
}

for (const source of document.querySelectorAll("input[data-tags]")) {
  let names = read(source.value)
  const input = make("input", { type: "text", id: `${source.id}_text`, class: "desk-input", placeholder: "Add a tag" })
  const tokens = make("ul", { class: "desk-tokens", "aria-label": "Chosen tags" })
  const label = document.querySelector(`label[for="${source.id}"]`)
  if (label) label.htmlFor = input.id
  source.type = "hidden"
  source.after(tokens, input)

  const draw = () => {
    source.value = write(names)
    source.dispatchEvent(new Event("change", { bubbles: true }))
    tokens.hidden = names.length === 0
    tokens.replaceChildren(
      ...names.map((name) =>
        make(
          "li",
          {},
          name,
          make(
            "button",
            {
              type: "button",
              "aria-label": `Remove ${name}`,
              onclick: () => {
                names = names.filter((other) => other !== name)
                draw()
                input.focus()
              },
            },
            "×",
          ),
        ),
      ),
    )
  }
  const add = (name) => {
    if (!names.some((other) => other.toLowerCase() === name.toLowerCase())) names.push(name)
    input.value = ""
    draw()
  }
  combobox(input, { address: source.dataset.tags, allowNew: true, pick: (row) => add(row.label) })
  input.addEventListener("keydown", (event) => {
    if (event.key === "," && input.value.trim()) {
      event.preventDefault()
      add(input.value.trim())
    } else if (event.key === "Backspace" && !input.value && names.length) {
      names.pop()
      draw()
    }
  })
  draw()
}
