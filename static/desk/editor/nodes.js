// What an article is made of besides paragraphs: figures, pull quotes, embeds, footnotes, the paywall.
import { Extension, Mark, Node, Table, mergeAttributes } from "django-prose-editor/editor"
import { ask, field, make, rows } from "desk/dialog"
import { choosePicture } from "desk/pictures"

// The addresses that the tool bar was given by the server.
const addressesOf = (editor) =>
  editor.extensionManager.extensions.find((extension) => extension.name === "toolbar").options.addresses

/** The position and node of the first node for which `test` holds. */
const find = (doc, test) => {
  let found = null
  doc.descendants((node, position) => {
    if (!found && test(node)) found = { node, position }
    return !found
  })
  return found
}

/**
 * Put the cursor into the words below what was just inserted, into a new paragraph if there are none. Left
 * selected, a thing without words of its own would be overwritten by the next letter typed.
 */
const goBelow = ({ tr, commands }) => {
  const { node, $to } = tr.selection
  if (!node) return true
  if (!$to.nodeAfter) return commands.createParagraphNear()
  tr.setSelection(tr.selection.constructor.near($to, 1))
  return true
}

export const Cite = Mark.create({
  name: "cite",
  parseHTML: () => [{ tag: "cite" }],
  renderHTML: ({ HTMLAttributes }) => ["cite", HTMLAttributes, 0],
})

export const PullQuote = Node.create({
  name: "pullQuote",
  group: "block",
  content: "paragraph+",
  defining: true,
  parseHTML: () => [{ tag: "aside.pullquote" }],
  renderHTML: ({ HTMLAttributes }) => ["aside", mergeAttributes({ class: "pullquote" }, HTMLAttributes), 0],
  addCommands() {
    return {
      togglePullQuote:
        () =>
        ({ commands }) =>
          commands.toggleWrap(this.name),
    }
  },
})

export const LibraryFigure = Node.create({
  name: "libraryFigure",
  group: "block",
  content: "inline*",
  draggable: true,
  isolating: true,
  addAttributes: () => ({
    image: {
      default: null,
      parseHTML: (element) => element.getAttribute("data-image"),
      renderHTML: ({ image }) => ({ "data-image": image }),
    },
  }),
  parseHTML: () => [
    {
      tag: "figure[data-image]",
      contentElement: (element) => element.querySelector("figcaption") ?? document.createElement("figcaption"),
    },
  ],
  renderHTML: ({ HTMLAttributes }) => ["figure", mergeAttributes(HTMLAttributes), ["figcaption", 0]],
  addCommands() {
    return {
      choosePicture:
        () =>
        ({ editor }) => {
          choosePicture({
            address: addressesOf(editor).pictures,
            upload: addressesOf(editor).upload,
          }).then((row) => {
            if (!row) return editor.commands.focus()
            known.set(String(row.id), row)
            editor
              .chain()
              .focus()
              .insertContent({ type: this.name, attrs: { image: String(row.id) } })
              .run()
          })
          return true
        },
    }
  },
  addNodeView() {
    return ({ node, editor, getPos }) => {
      const image = make("img", { alt: "", contenteditable: "false" })
      const words = make("span", { class: "desk-figure__words", contenteditable: "false" })
      const another = make("button", { type: "button", class: "desk-button", contenteditable: "false" }, "Choose another")
      const contentDOM = make("figcaption", { "data-placeholder": "Caption. Empty: the picture's own." })
      const dom = make("figure", { class: "desk-figure" }, image, another, words, contentDOM)
      let current = node
      const draw = async () => {
        const row = await pictureOf(editor, current.attrs.image)
        image.src = row?.thumb ?? ""
        image.alt = row?.alt || row?.label || "A picture that no longer exists"
        words.textContent = row ? [row.alt ? "" : "No alternative text.", row.note].filter(Boolean).join(" ") : "This picture no longer exists."
        contentDOM.dataset.placeholder = row?.caption ? `Caption. Empty: “${row.caption}”` : "Caption"
      }
      another.addEventListener("click", async () => {
        const { pictures, upload } = addressesOf(editor)
        const row = await choosePicture({ address: pictures, upload })
        if (!row) return
        known.set(String(row.id), row)
        editor.view.dispatch(editor.state.tr.setNodeAttribute(getPos(), "image", String(row.id)))
      })
      draw()
      return {
        dom,
        contentDOM,
        update: (next) => {
          if (next.type !== current.type) return false
          const changed = next.attrs.image !== current.attrs.image
          current = next
          contentDOM.classList.toggle("is-empty", next.content.size === 0)
          if (changed) draw()
          return true
        },
        stopEvent: (event) => another.contains(event.target),
        // What we draw around the words is none of the editor's business; a redraw would never end.
        ignoreMutation: (mutation) =>
          mutation.type !== "selection" && (mutation.type === "attributes" || !contentDOM.contains(mutation.target)),
      }
    }
  },
})

// Pictures by id, so that each is asked for once; those of one moment are asked for together.
const known = new Map()
let waiting = new Map()

const pictureOf = (editor, id) => {
  if (known.has(id)) return known.get(id)
  if (!waiting.size) {
    setTimeout(async () => {
      const asked = waiting
      waiting = new Map()
      const { results } = await rows(addressesOf(editor).pictures, { ids: [...asked.keys()].join(",") })
      for (const row of results) known.set(String(row.id), row)
      for (const [wanted, resolvers] of asked) for (const resolve of resolvers) resolve(known.get(wanted))
    })
  }
  return new Promise((resolve) => waiting.set(id, [...(waiting.get(id) ?? []), resolve]))
}

export const Embed = Node.create({
  name: "embed",
  group: "block",
  atom: true,
  draggable: true,
  addAttributes: () => ({
    address: {
      default: "",
      parseHTML: (element) => element.getAttribute("data-embed"),
      renderHTML: ({ address }) => ({ "data-embed": address }),
    },
  }),
  parseHTML: () => [{ tag: "figure[data-embed]", priority: 60 }],
  renderHTML: ({ HTMLAttributes }) => ["figure", HTMLAttributes],
  addNodeView() {
    return ({ node }) => ({
      dom: make("figure", { class: "desk-embed" }, make("strong", {}, "Embed"), make("span", {}, node.attrs.address)),
    })
  },
  addCommands() {
    return {
      editEmbed:
        () =>
        ({ editor, state }) => {
          const selected = state.selection.node?.type.name === this.name ? state.selection.node : null
          const [wrapper, input] = field("Address of the film, recording or post", {
            type: "url",
            required: true,
            value: selected?.attrs.address,
            placeholder: "https://",
          })
          ask({ title: "Embed", fields: [wrapper], submit: "Put it here", read: () => input.value.trim() }).then(
            (address) => {
              const chain = editor.chain().focus()
              if (address && selected) chain.updateAttributes(this.name, { address }).run()
              else if (address) chain.insertContent({ type: this.name, attrs: { address } }).command(goBelow).run()
              else chain.run()
            },
          )
          return true
        },
    }
  },
})

export const Footnote = Node.create({
  name: "footnote",
  group: "inline",
  inline: true,
  atom: true,
  addAttributes: () => ({
    note: {
      default: "",
      parseHTML: (element) => element.getAttribute("data-note"),
      renderHTML: ({ note }) => ({ "data-note": note }),
    },
  }),
  parseHTML: () => [{ tag: "sup.fn", priority: 70 }],
  renderHTML: ({ HTMLAttributes }) => ["sup", mergeAttributes({ class: "fn" }, HTMLAttributes)],
  addNodeView() {
    return ({ node, editor, getPos }) => {
      const dom = make("sup", { class: "desk-fn", title: node.attrs.note })
      dom.addEventListener("dblclick", () => {
        editor.chain().setNodeSelection(getPos()).editFootnote().run()
      })
      return { dom }
    }
  },
  addCommands() {
    return {
      editFootnote:
        () =>
        ({ editor, state }) => {
          const selected = state.selection.node?.type.name === this.name ? state.selection.node : null
          const [wrapper, input] = field("The note", {
            tag: "textarea",
            rows: 4,
            required: true,
            maxlength: 1000,
            value: selected?.attrs.note,
          })
          ask({ title: "Footnote", fields: [wrapper], submit: "Set the note", read: () => input.value.trim() }).then(
            (note) => {
              const chain = editor.chain().focus()
              if (note && selected) chain.updateAttributes(this.name, { note }).run()
              else if (note) chain.insertContent({ type: this.name, attrs: { note } }).run()
              else chain.run()
            },
          )
          return true
        },
    }
  },
})

export const Paywall = Node.create({
  name: "paywall",
  group: "block",
  atom: true,
  draggable: true,
  parseHTML: () => [{ tag: "hr[data-paywall]", priority: 70 }],
  renderHTML: () => ["hr", { "data-paywall": "" }],
  addNodeView: () => () => ({
    dom: make("div", { class: "desk-paywall" }, "From here on, for those who may read it all"),
  }),
  addCommands() {
    return {
      // There is one paywall at most: asking for it where it is not moves it there.
      togglePaywall:
        () =>
        ({ state, chain }) => {
          const present = find(state.doc, (node) => node.type.name === this.name)
          const selected = state.selection.node?.type.name === this.name
          const steps = chain()
          if (present && selected) return steps.deleteRange({ from: present.position, to: present.position + 1 }).run()
          if (present)
            steps.command(({ tr }) => {
              tr.delete(present.position, present.position + 1)
              return true
            })
          return steps.insertContent({ type: this.name }).command(goBelow).run()
        },
    }
  },
})

// The library's table, keeping the caption of an imported one.
export const CaptionedTable = Table.extend({
  name: "table",
  addMenuItems: null,
  addAttributes() {
    return {
      ...this.parent?.(),
      caption: {
        default: "",
        parseHTML: (element) => element.querySelector("caption")?.textContent.trim() ?? "",
        renderHTML: () => ({}),
      },
    }
  },
  parseHTML: () => [{ tag: "table" }, { tag: "table > caption", ignore: true }],
  renderHTML({ node, HTMLAttributes: { id, lang, dir } }) {
    const caption = node.attrs.caption ? [["caption", node.attrs.caption]] : []
    return ["table", mergeAttributes({ id, lang, dir }), ...caption, ["tbody", 0]]
  },
  addCommands() {
    return {
      ...this.parent?.(),
      captionTable:
        () =>
        ({ editor }) => {
          const [wrapper, input] = field("Caption of the table", {
            type: "text",
            maxlength: 200,
            value: editor.getAttributes("table").caption,
          })
          ask({ title: "Table", fields: [wrapper], submit: "Set the caption", read: () => ({ caption: input.value.trim() }) }).then(
            (values) => values && editor.chain().focus().updateAttributes("table", values).run(),
          )
          return true
        },
    }
  },
})


const BLOCKS = [
  "paragraph",
  "heading",
  "bulletList",
  "orderedList",
  "listItem",
  "blockquote",
  "pullQuote",
  "libraryFigure",
  "embed",
  "table",
  "codeBlock",
]
const RUNS = ["bold", "italic", "strike", "subscript", "superscript", "code", "cite", "link", "articleLink"]

const kept = (name) => ({
  default: null,
  keepOnSplit: false,
  parseHTML: (element) => element.getAttribute(name),
  renderHTML: (attributes) => (attributes[name] === null ? {} : { [name]: attributes[name] }),
})

// What the house allows and no button sets: anchors, languages and the like go through untouched.
export const KeptAttributes = Extension.create({
  name: "keptAttributes",
  addGlobalAttributes: () => [
    { types: BLOCKS, attributes: { id: kept("id") } },
    { types: [...BLOCKS, ...RUNS, "tableCell", "tableHeader"], attributes: { lang: kept("lang"), dir: kept("dir") } },
    { types: ["tableHeader"], attributes: { scope: kept("scope") } },
    { types: ["orderedList"], attributes: { reversed: kept("reversed") } },
  ],
})
