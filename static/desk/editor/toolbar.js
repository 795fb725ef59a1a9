// The editor's tools: named buttons in one tool bar; Tab enters it once, the arrow keys walk in it.
import { Extension } from "django-prose-editor/editor"
import { make } from "desk/dialog"

const mac = /mac/i.test(navigator.platform)
const keys = (text) => text.replace("Mod", mac ? "⌘" : "Ctrl").replace("Shift", mac ? "⇧" : "Shift")

const heading = (level) => ({
  name: `Heading ${level}`,
  icon: `format_h${level}`,
  keys: `Mod+Alt+${level}`,
  run: (chain) => chain.toggleHeading({ level }),
  active: (editor) => editor.isActive("heading", { level }),
})
const mark = (name, type, icon, shortcut) => ({
  name,
  icon,
  keys: shortcut,
  run: (chain) => chain.toggleMark(type),
  active: (editor) => editor.isActive(type),
})
const inTable = (name, icon, command) => ({
  name,
  icon,
  run: (chain) => chain[command](),
  hidden: (editor) => !editor.isActive("table"),
})
const hasPaywall = (editor) => editor.state.doc.content.content.some((node) => node.type.name === "paywall")

const GROUPS = [
  [heading(2), heading(3), heading(4)],
  [
    mark("Bold", "bold", "format_bold", "Mod+B"),
    mark("Italic", "italic", "format_italic", "Mod+I"),
    mark("Source of a quotation", "cite", "record_voice_over"),
  ],
  [
    {
      name: "Link to an article",
      icon: "article",
      keys: "Mod+Shift+K",
      run: (chain, editor) => editor.commands.chooseArticle(),
      active: (editor) => editor.isActive("articleLink"),
    },
    {
      name: "Link",
      icon: "link",
      keys: "Mod+K",
      run: (chain, editor) => editor.commands.editLink(),
      active: (editor) => editor.isActive("link"),
    },
    { name: "Footnote", icon: "asterisk", run: (chain, editor) => editor.commands.editFootnote() },
  ],
  [
    {
      name: "Bulleted list",
      icon: "format_list_bulleted",
      keys: "Mod+Shift+8",
      run: (chain) => chain.toggleBulletList(),
      active: (editor) => editor.isActive("bulletList"),
    },
    {
      name: "Numbered list",
      icon: "format_list_numbered",
      keys: "Mod+Shift+7",
      run: (chain) => chain.toggleOrderedList(),
      active: (editor) => editor.isActive("orderedList"),
    },
    {
      name: "Quotation",
      icon: "format_quote",
      keys: "Mod+Shift+B",
      run: (chain) => chain.toggleBlockquote(),
      active: (editor) => editor.isActive("blockquote"),
    },
    {
      name: "Pull quote",
      icon: "text_increase",
      run: (chain) => chain.togglePullQuote(),
      active: (editor) => editor.isActive("pullQuote"),
    },
  ],
  [
    { name: "Picture", icon: "image", run: (chain, editor) => editor.commands.choosePicture() },
    { name: "Embed", icon: "smart_display", run: (chain, editor) => editor.commands.editEmbed() },
    {
      name: "Table",
      icon: "table",
      run: (chain) => chain.insertTable({ rows: 3, cols: 3, withHeaderRow: true }),
      hidden: (editor) => editor.isActive("table"),
    },
    inTable("Add a row", "add_row_below", "addRowAfter"),
    inTable("Add a column", "add_column_right", "addColumnAfter"),
    inTable("Delete the row", "delete_sweep", "deleteRow"),
    inTable("Delete the column", "view_column", "deleteColumn"),
    inTable("Caption of the table", "subtitles", "captionTable"),
    inTable("Delete the table", "delete", "deleteTable"),
    { name: "Rule", icon: "horizontal_rule", run: (chain) => chain.setHorizontalRule() },
    {
      name: "Paywall",
      icon: "lock",
      run: (chain) => chain.togglePaywall(),
      active: hasPaywall,
      hint: (editor) => (hasPaywall(editor) ? "Move the paywall here" : "Paywall: what follows is for subscribers"),
    },
  ],
  [
    { name: "Undo", icon: "undo", keys: "Mod+Z", run: (chain) => chain.undo(), enabled: (editor) => editor.can().undo() },
    { name: "Redo", icon: "redo", keys: "Mod+Shift+Z", run: (chain) => chain.redo(), enabled: (editor) => editor.can().redo() },
  ],
]

export const Toolbar = Extension.create({
  name: "toolbar",
  addOptions: () => ({ addresses: {} }),
  addStorage: () => ({ items: [], bar: null }),

  onCreate() {
    const { editor, storage } = this
    const bar = make("div", { class: "desk-toolbar", role: "toolbar", "aria-label": "Formatting" })
    for (const group of GROUPS) {
      const box = make("div", { class: "desk-toolbar__group" })
      for (const tool of group) {
        const button = make(
          "button",
          {
            type: "button",
            tabindex: "-1",
            "aria-label": tool.name,
            title: tool.keys ? `${tool.name} (${keys(tool.keys)})` : tool.name,
          },
          make("span", { class: "material-symbols-outlined", "aria-hidden": "true" }, tool.icon),
        )
        if (tool.active) button.setAttribute("aria-pressed", "false")
        // The selection stays where it is while the mouse presses a button.
        button.addEventListener("mousedown", (event) => event.preventDefault())
        button.addEventListener("click", () => {
          if (button.getAttribute("aria-disabled") === "true") return
          const result = tool.run(editor.chain().focus(), editor)
          result?.run?.()
        })
        storage.items.push({ tool, button })
        box.append(button)
      }
      bar.append(box)
    }
    walkWithArrows(bar)
    editor.view.dom.before(bar)
    storage.bar = bar

    const textarea = editor.view.dom.closest(".prose-editor")?.querySelector("textarea")
    Object.entries({ role: "textbox", "aria-multiline": "true", "aria-label": "Body", spellcheck: "true" }).forEach(
      ([name, value]) => editor.view.dom.setAttribute(name, value),
    )
    editor.setOptions({
      editorProps: {
        attributes: { role: "textbox", "aria-multiline": "true", "aria-label": "Body", spellcheck: "true" },
        handleKeyDown: (view, event) => {
          if (event.altKey && event.key === "F10") {
            bar.querySelector("[tabindex='0']")?.focus()
            return true
          }
          return false
        },
      },
    })
    textarea?.addEventListener("desk:restored", () => editor.commands.setContent(textarea.value, { emitUpdate: true }))
    this.storage.draw = () => draw(editor, storage.items)
    this.storage.draw()
  },
  onTransaction() {
    this.storage.draw?.()
  },
  onDestroy() {
    this.storage.bar?.remove()
  },
})

const draw = (editor, items) => {
  for (const { tool, button } of items) {
    if (tool.active) button.setAttribute("aria-pressed", String(Boolean(tool.active(editor))))
    if (tool.enabled) button.setAttribute("aria-disabled", String(!tool.enabled(editor)))
    if (tool.hidden) button.hidden = Boolean(tool.hidden(editor))
    if (tool.hint) button.title = tool.hint(editor)
  }
}

const walkWithArrows = (bar) => {
  const buttons = () => [...bar.querySelectorAll("button:not([hidden])")]
  const stand = (button) => {
    for (const other of bar.querySelectorAll("button")) other.tabIndex = other === button ? 0 : -1
  }
  stand(bar.querySelector("button"))
  bar.addEventListener("focusin", (event) => stand(event.target.closest("button")))
  bar.addEventListener("keydown", (event) => {
    const order = buttons()
    const at = order.indexOf(document.activeElement)
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: order.length - 1 }[event.key]
    if (to === undefined) return
    event.preventDefault()
    order[(to + order.length) % order.length].focus()
  })
}
