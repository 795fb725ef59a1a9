// Puts the editor in the place of every text area that asks for it.
import {
  Blockquote,
  Bold,
  BulletList,
  Code,
  CodeBlock,
  createTextareaEditor,
  Document,
  Dropcursor,
  Gapcursor,
  HardBreak,
  Heading,
  History,
  HorizontalRule,
  Italic,
  ListItem,
  OrderedList,
  Paragraph,
  Strike,
  Subscript,
  Superscript,
  TableCell,
  TableHeader,
  TableRow,
  Text,
} from "django-prose-editor/editor"
import { WordCount } from "desk/editor/count"
import { ArticleLink, WebLink } from "desk/editor/links"
import {
  CaptionedTable,
  Cite,
  Embed,
  Footnote,
  KeptAttributes,
  LibraryFigure,
  Paywall,
  PullQuote,
} from "desk/editor/nodes"
import { PasteCleaner } from "desk/editor/paste"
import { Toolbar } from "desk/editor/toolbar"

// The editor wraps the words of every cell and item in a paragraph and knows no table head: what is sent
// is as plain as what came, so that a save changes only what the person changed.
const plain = (html) => {
  const { content } = Object.assign(document.createElement("template"), { innerHTML: html })
  for (const paragraph of content.querySelectorAll("td > p:only-child, th > p:only-child, li > p:first-child"))
    if (!paragraph.attributes.length && !paragraph.parentElement.querySelector(":scope > p ~ p"))
      paragraph.replaceWith(...paragraph.childNodes)
  for (const body of content.querySelectorAll("tbody")) {
    const head = document.createElement("thead")
    const isHead = (row) => row && [...row.children].every((cell) => cell.tagName === "TH")
    while (isHead(body.firstElementChild) && body.children.length > 1) head.append(body.firstElementChild)
    if (head.children.length) body.before(head)
  }
  const holder = document.createElement("div")
  holder.append(content)
  return holder.innerHTML
}

for (const textarea of document.querySelectorAll("textarea[data-editor]")) {
  createTextareaEditor(textarea, [
    Document,
    Paragraph,
    Text,
    Bold,
    Italic,
    Strike,
    Subscript,
    Superscript,
    Code,
    CodeBlock,
    HardBreak,
    Heading.configure({ levels: [2, 3, 4] }),
    BulletList,
    OrderedList,
    ListItem,
    Blockquote,
    HorizontalRule,
    CaptionedTable.configure({ resizable: false }),
    TableRow,
    TableHeader,
    TableCell,
    Cite,
    PullQuote,
    LibraryFigure,
    Embed,
    Footnote,
    Paywall,
    WebLink,
    ArticleLink,
    KeptAttributes,
    History,
    Dropcursor,
    Gapcursor,
    PasteCleaner,
    WordCount,
    Toolbar.configure({ addresses: JSON.parse(textarea.dataset.editor) }),
  ])
  textarea.form.addEventListener("submit", () => {
    textarea.value = plain(textarea.value)
  })
}
