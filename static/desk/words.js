// What is typed survives a closed window: kept in this browser, per person and article, until it is saved.
import { make } from "desk/dialog"

const panel = document.querySelector("[data-words]")
const form = panel?.closest("form")
const NAMES = ["kicker", "headline", "standfirst", "body"]
const fields = form ? NAMES.map((name) => form.elements[name]).filter(Boolean) : []

if (fields.length) {
  const { user, article, version, bound } = panel.dataset
  const key = `desk:${user}:${article}`
  const status = document.querySelector("[data-autosave]")
  const stored = (name) => {
    try {
      return JSON.parse(localStorage.getItem(name))
    } catch {
      return null
    }
  }
  const now = () => Object.fromEntries(fields.map((field) => [field.name, field.value]))
  const clock = (at) => new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })

  // A piece that has just been saved for the first time leaves its unsaved twin behind.
  if (article !== "new" && stored(`desk:${user}:new`)?.sent) localStorage.removeItem(`desk:${user}:new`)

  const kept = stored(key)
  const opened = now()
  const differs = kept && Object.entries(kept.words).some(([name, value]) => (opened[name] ?? "") !== value)
  const wasSaved = kept?.sent && Number(version) > Number(kept.version)
  if (kept && bound !== "1" && (wasSaved || !differs)) localStorage.removeItem(key)
  else if (differs && bound !== "1") offer()

  function offer() {
    const older = Number(version) > Number(kept.version)
    const note = make(
      "div",
      { class: "desk-offer", role: "status" },
      make(
        "p",
        {},
        `This browser kept words of ${clock(kept.at)} that were never saved${older ? ", written on an older version" : ""}.`,
      ),
      make(
        "p",
        { class: "desk-buttons desk-buttons--inline" },
        make("button", { type: "button", class: "desk-button desk-button--main", onclick: () => { restore(); note.remove() } }, "Bring them back"),
        make("button", { type: "button", class: "desk-button", onclick: () => { localStorage.removeItem(key); note.remove() } }, "Throw them away"),
      ),
    )
    document.querySelector("[data-state]").after(note)
  }

  function restore() {
    for (const field of fields) {
      if (!(field.name in kept.words)) continue
      field.value = kept.words[field.name]
      field.dispatchEvent(new CustomEvent("desk:restored", { bubbles: true }))
    }
    grow()
  }

  let timer = 0
  const keep = (sent = false) => {
    try {
      localStorage.setItem(key, JSON.stringify({ words: now(), version, at: Date.now(), sent }))
      status.textContent = sent ? "" : `Kept in this browser at ${clock(Date.now())}, not saved yet`
    } catch {
      status.textContent = "This browser cannot keep unsaved words: save often"
    }
  }
  form.addEventListener("input", (event) => {
    if (!NAMES.includes(event.target.name)) return
    clearTimeout(timer)
    timer = setTimeout(keep, 1200)
  })
  form.addEventListener("submit", () => {
    clearTimeout(timer)
    keep(true)
  })
  addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "s") {
      event.preventDefault()
      form.requestSubmit(document.querySelector("button[name=_save]"))
    }
  })
}

// Headline and standfirst are as tall as their words.
function grow() {
  for (const area of document.querySelectorAll(".desk-headline, .desk-standfirst")) {
    area.style.height = "auto"
    area.style.height = `${area.scrollHeight}px`
  }
}
document.addEventListener("input", (event) => event.target.matches?.(".desk-headline, .desk-standfirst") && grow())
document.fonts?.ready.then(grow)
addEventListener("resize", grow)
grow()
// A headline is one line: Enter goes on to the next field.
document.querySelector(".desk-headline")?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing) return
  event.preventDefault()
  document.querySelector(".desk-standfirst")?.focus()
})
