// Words from a word processor arrive with their headings and their lists, and without their dress.
import { Extension, Plugin } from "django-prose-editor/editor"

const BULLET = /^[\s\u00a0]*[·•▪◦‣o§–-][\s\u00a0]+/
const NUMBER = /^[\s\u00a0]*(?:\d{1,3}|[a-z]|[ivx]{1,5})[.)][\s\u00a0]+/i

/** Turn what Word and Google Docs put on the clipboard into plain, meaningful HTML. */
export const cleanPasted = (html) => {
  const page = new DOMParser().parseFromString(html, "text/html")
  const body = page.body
  for (const element of body.querySelectorAll("style, script, meta, link, title, xml, o\\:p, img")) element.remove()
  unwrapGoogleDocs(body)
  for (const element of body.querySelectorAll("[style]")) keepEmphasis(page, element)
  makeHeadings(page, body)
  makeLists(page, body)
  return body.innerHTML
}

// Google Docs wraps everything in a bold element that is not bold.
const unwrapGoogleDocs = (body) => {
  for (const wrapper of body.querySelectorAll("b[id^='docs-internal-guid']")) wrapper.replaceWith(...wrapper.childNodes)
}

const keepEmphasis = (page, element) => {
  if (element.tagName !== "SPAN") return
  const style = element.getAttribute("style")
  const wanted = [
    [/font-weight:\s*(bold|[6-9]00)/i, "strong"],
    [/font-style:\s*italic/i, "em"],
    [/vertical-align:\s*super/i, "sup"],
    [/vertical-align:\s*sub/i, "sub"],
  ].filter(([pattern]) => pattern.test(style))
  for (const [, tag] of wanted) {
    const inner = page.createElement(tag)
    inner.append(...element.childNodes)
    element.append(inner)
  }
}

// The headline is a field of its own: the highest heading inside the words is the second.
const makeHeadings = (page, body) => {
  const levelOf = (element) => {
    const named = /MsoHeading(\d)|MsoTitle/.exec(element.className)
    if (named) return Number(named[1] ?? 1)
    const outline = /mso-outline-level:\s*(\d)/.exec(element.getAttribute("style") ?? "")
    return outline ? Number(outline[1]) : null
  }
  for (const element of body.querySelectorAll("h1, h5, h6, p")) {
    const level = element.tagName === "P" ? levelOf(element) : Number(element.tagName[1])
    if (!level) continue
    const heading = page.createElement(`h${Math.min(Math.max(level, 2), 4)}`)
    heading.append(...element.childNodes)
    element.replaceWith(heading)
  }
}

const isListItem = (element) =>
  element?.tagName === "P" &&
  (/MsoListParagraph/.test(element.className) || /mso-list:\s*l\d/.test(element.getAttribute("style") ?? ""))

// Word writes each item as a paragraph that begins with a bullet or a number.
const makeLists = (page, body) => {
  for (const first of body.querySelectorAll("p")) {
    if (!first.isConnected || !isListItem(first)) continue
    const list = page.createElement(NUMBER.test(first.textContent) && !BULLET.test(first.textContent) ? "ol" : "ul")
    first.before(list)
    let item = first
    while (isListItem(item)) {
      const next = item.nextElementSibling
      for (const mark of item.querySelectorAll("[style*='mso-list:Ignore'], [style*='mso-list: Ignore']")) mark.remove()
      stripMark(item)
      const entry = page.createElement("li")
      const paragraph = page.createElement("p")
      paragraph.append(...item.childNodes)
      entry.append(paragraph)
      list.append(entry)
      item.remove()
      item = next
    }
  }
}

const stripMark = (item) => {
  const walker = item.ownerDocument.createTreeWalker(item, NodeFilter.SHOW_TEXT)
  const text = walker.nextNode()
  if (text) text.data = text.data.replace(BULLET, "").replace(NUMBER, "")
}

export const PasteCleaner = Extension.create({
  name: "pasteCleaner",
  addProseMirrorPlugins: () => [new Plugin({ props: { transformPastedHTML: cleanPasted } })],
})
