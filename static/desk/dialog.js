// A question to the person at the desk: a native dialog, one promise, focus goes back by itself.

export const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value)
    else if (value === true) element.setAttribute(name, "")
    else if (value !== false && value != null) element.setAttribute(name, value)
  }
  element.append(...children.filter((child) => child != null))
  return element
}

let count = 0

/**
 * Show a dialog and resolve with what `read()` returns, or null when it was left.
 * `fields` are elements; `actions` are further buttons, each `{label, value}`, that resolve with their value.
 */
export const ask = ({ title, fields, submit, actions = [], read, wide = false }) =>
  new Promise((resolve) => {
    const id = `desk-dialog-${++count}`
    let answer = null
    const done = (value) => {
      answer = value
      dialog.close()
    }
    const form = make(
      "form",
      {
        onsubmit: (event) => {
          event.preventDefault()
          done(read())
        },
      },
      make("h2", { id }, title),
      ...fields,
      make(
        "p",
        { class: "desk-buttons desk-buttons--inline" },
        make("button", { type: "button", class: "desk-button desk-button--quiet", onclick: () => done(null) }, "Cancel"),
        ...actions.map(({ label, value }) =>
          make("button", { type: "button", class: "desk-button", onclick: () => done(value) }, label),
        ),
        submit ? make("button", { type: "submit", class: "desk-button desk-button--main" }, submit) : null,
      ),
    )
    const dialog = make(
      "dialog",
      { class: `desk-dialog${wide ? " desk-dialog--wide" : ""}`, "aria-labelledby": id },
      form,
    )
    dialog.finish = done
    dialog.addEventListener("close", () => {
      dialog.remove()
      resolve(answer)
    })
    document.body.append(dialog)
    dialog.showModal()
  })

/** A labelled control for a dialog: `[wrapper, control]`. */
export const field = (label, { tag = "input", help = "", ...attributes } = {}) => {
  const id = `desk-field-${++count}`
  const control = make(tag, { id, ...attributes, value: null })
  if (attributes.value != null) control.value = attributes.value
  const wrapper = make(
    "div",
    { class: "desk-field" },
    make("label", { for: id }, label),
    control,
    help ? make("p", { class: "desk-help" }, help) : null,
  )
  return [wrapper, control]
}

export const csrf = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? ""

/** Fetch rows as JSON; an empty answer when the network or the session is gone. */
export const rows = async (address, parameters) => {
  const url = new URL(address, location.href)
  for (const [name, value] of Object.entries(parameters)) if (value) url.searchParams.set(name, value)
  const answer = await fetch(url, { headers: { Accept: "application/json" } })
  if (!answer.ok || !answer.headers.get("Content-Type")?.includes("json")) return { results: [], more: false }
  return answer.json()
}
