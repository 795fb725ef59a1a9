// Links to the world, and links to our own articles, which stay right when an address changes.
import { Link, Mark } from "django-prose-editor/editor"
import { combobox } from "desk/combobox"
import { ask, field } from "desk/dialog"

const addressesOf = (editor) =>
  editor.extensionManager.extensions.find((extension) => extension.name === "toolbar").options.addresses

export const WebLink = Link.extend({
  name: "link",
  excludes: "link articleLink",
  addMenuItems: null,
  addOptions() {
    return { ...this.parent?.(), openOnClick: false, autolink: false, linkOnPaste: true }
  },
  addCommands() {
    return {
      ...this.parent?.(),
      editLink:
        () =>
        ({ editor }) => {
          const present = editor.getAttributes("link").href
          const [wrapper, input] = field("Address", {
            type: "text",
            inputmode: "url",
            required: true,
            value: present,
            placeholder: "https://",
          })
          ask({
            title: "Link",
            fields: [wrapper],
            submit: "Set the link",
            actions: present ? [{ label: "Remove the link", value: { remove: true } }] : [],
            read: () => ({ href: complete(input.value.trim()) }),
          }).then((answer) => {
            const chain = editor.chain().focus()
            if (answer?.remove) chain.extendMarkRange("link").unsetMark("link").run()
            else if (answer?.href) apply(editor, "link", { href: answer.href }, answer.href)
            else chain.run()
          })
          return true
        },
    }
  },
  addKeyboardShortcuts() {
    return { "Mod-k": () => this.editor.commands.editLink() }
  },
})

export const ArticleLink = Mark.create({
  name: "articleLink",
  priority: 1100,
  inclusive: false,
  excludes: "link articleLink",
  addAttributes: () => ({
    article: {
      default: null,
      parseHTML: (element) => element.getAttribute("data-article"),
      renderHTML: ({ article }) => ({ "data-article": article }),
    },
    href: { default: null },
  }),
  parseHTML: () => [{ tag: "a[data-article]", priority: 80 }],
  renderHTML: ({ HTMLAttributes }) => ["a", HTMLAttributes, 0],
  addCommands() {
    return {
      chooseArticle:
        () =>
        ({ editor, state }) => {
          const { from, to, empty } = state.selection
          const selected = empty ? "" : state.doc.textBetween(from, to, " ")
          const [wrapper, input] = field("Search our articles", {
            type: "search",
            placeholder: "A word of the headline, an author, a section",
          })
          const own = document.querySelector("[data-words]")?.dataset.article
          const actions = editor.isActive("articleLink") ? [{ label: "Remove the link", value: { remove: true } }] : []
          const answer = ask({
            title: selected ? `Link “${selected.slice(0, 60)}” to an article` : "Link to an article",
            fields: [wrapper],
            actions,
            read: () => null,
            wide: true,
          })
          const dialog = wrapper.closest("dialog")
          combobox(input, {
            address: addressesOf(editor).articles,
            parameters: { not: own },
            inline: true,
            pick: (row) => dialog.finish(row),
          })
          wrapper.querySelector("label").htmlFor = input.id
          input.focus()
          answer.then((row) => {
            const chain = editor.chain().focus()
            if (row?.remove) chain.extendMarkRange("articleLink").unsetMark("articleLink").run()
            else if (row) apply(editor, "articleLink", { article: String(row.id), href: row.address }, row.label)
            else chain.run()
          })
          return true
        },
    }
  },
  addKeyboardShortcuts() {
    return { "Mod-Shift-k": () => this.editor.commands.chooseArticle() }
  },
})

/** Link the selection; without one, change the link under the cursor or write `text` as a new link. */
const apply = (editor, mark, attributes, text) => {
  const chain = editor.chain().focus()
  if (!editor.state.selection.empty) chain.setMark(mark, attributes).run()
  else if (editor.isActive(mark)) chain.extendMarkRange(mark).setMark(mark, attributes).run()
  else chain.insertContent({ type: "text", text, marks: [{ type: mark, attrs: attributes }] }).run()
}

const complete = (address) =>
  /^(https?:|mailto:|\/|#)/i.test(address) || !address
    ? address
    : /^[^\s/@]+@[^\s/@]+\.[a-z]+$/i.test(address)
      ? `mailto:${address}`
      : `https://${address}`
