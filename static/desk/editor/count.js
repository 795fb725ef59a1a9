// How long it is, and how long it takes to read: counted when the fingers rest.
import { Extension } from "django-prose-editor/editor"
import { make } from "desk/dialog"

// The mean for silent reading of English non-fiction (Brysbaert 2019, doi:10.1016/j.jml.2019.104047).
const WORDS_PER_MINUTE = 238

export const WordCount = Extension.create({
  name: "wordCount",
  addStorage: () => ({ element: null, timer: 0 }),
  onCreate() {
    const { storage, editor } = this
    storage.element = make("p", { class: "desk-count" })
    editor.view.dom.parentElement.append(storage.element)
    storage.draw = () => {
      const text = editor.state.doc.textBetween(0, editor.state.doc.content.size, " ", " ")
      const words = text.match(/[\p{L}\p{N}][\p{L}\p{N}'’-]*/gu)?.length ?? 0
      const minutes = Math.max(1, Math.round(words / WORDS_PER_MINUTE))
      storage.element.textContent = words ? `${words.toLocaleString()} ${words === 1 ? "word" : "words"}, ${minutes} min to read` : "No words yet"
    }
    storage.draw()
  },
  onUpdate() {
    clearTimeout(this.storage.timer)
    this.storage.timer = setTimeout(this.storage.draw, 400)
  },
  onDestroy() {
    clearTimeout(this.storage.timer)
  },
})
