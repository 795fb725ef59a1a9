// Lists whose order matters: add, remove, move by buttons, or drag by the handle.

for (const list of document.querySelectorAll("[data-ordered]")) {
  const rows = list.querySelector("[data-rows]")
  if (!rows) continue
  const empty = list.querySelector("template[data-empty]")
  const total = list.querySelector("input[name$='-TOTAL_FORMS']")
  const add = list.querySelector("[data-add]")
  let dragged = null

  const standing = () => [...rows.children].filter((row) => !row.hidden)

  const number = () => {
    const order = standing()
    for (const [index, row] of order.entries()) {
      const position = row.querySelector("input[name$='-position']")
      if (position) position.value = index
      const [up, down] = [row.querySelector("[data-up]"), row.querySelector("[data-down]")]
      up.hidden = down.hidden = row.querySelector("[data-handle]").hidden = !position
      up.disabled = index === 0
      down.disabled = index === order.length - 1
    }
  }

  const move = (row, before) => {
    rows.insertBefore(row, before)
    number()
    row.dispatchEvent(new Event("change", { bubbles: true }))
  }

  const prepare = (row) => {
    const [up, down] = [row.querySelector("[data-up]"), row.querySelector("[data-down]")]
    up.addEventListener("click", () => {
      const order = standing()
      move(row, order[order.indexOf(row) - 1])
      ;(up.disabled ? down : up).focus()
    })
    down.addEventListener("click", () => {
      const order = standing()
      move(row, order[order.indexOf(row) + 1].nextSibling)
      ;(down.disabled ? up : down).focus()
    })
    const box = row.querySelector("[data-delete] input")
    if (box) {
      const remove = document.createElement("button")
      remove.type = "button"
      remove.innerHTML = '<span aria-hidden="true">×</span><span class="desk-hidden">Remove</span>'
      remove.addEventListener("click", () => {
        box.checked = true
        row.hidden = true
        number()
        add.focus()
        rows.dispatchEvent(new Event("change", { bubbles: true }))
      })
      row.querySelector("[data-delete]").hidden = true
      row.querySelector(".desk-list__tools").append(remove)
    }
    const handle = row.querySelector("[data-handle]")
    handle.addEventListener("dragstart", (event) => {
      dragged = row
      event.dataTransfer.effectAllowed = "move"
      event.dataTransfer.setDragImage(row, 10, 10)
      row.classList.add("is-dragged")
    })
    handle.addEventListener("dragend", () => {
      row.classList.remove("is-dragged")
      dragged = null
      number()
    })
  }

  rows.addEventListener("dragover", (event) => {
    const over = event.target.closest("[data-row]")
    if (!dragged || !over || over === dragged) return
    event.preventDefault()
    const { top, height } = over.getBoundingClientRect()
    rows.insertBefore(dragged, event.clientY < top + height / 2 ? over : over.nextSibling)
  })
  rows.addEventListener("drop", (event) => {
    event.preventDefault()
    dragged?.dispatchEvent(new Event("change", { bubbles: true }))
  })

  add.hidden = false
  add.addEventListener("click", () => {
    const index = Number(total.value)
    const holder = document.createElement("ol")
    holder.innerHTML = empty.innerHTML.replaceAll("__prefix__", index)
    const row = holder.firstElementChild
    rows.append(row)
    total.value = index + 1
    prepare(row)
    row.dispatchEvent(new Event("desk:added", { bubbles: true }))
    number()
    row.querySelector("input:not([type=hidden]), textarea, select:not([hidden])")?.focus()
  })

  for (const row of rows.children) prepare(row)
  number()
}
