// Point at what must stay in sight: the two percentages follow.
const picture = document.querySelector("[data-focal]")
const across = document.querySelector("#id_focal_x")
const down = document.querySelector("#id_focal_y")

if (picture && across && down) {
  const point = document.createElement("span")
  point.className = "desk-focal__point"
  picture.append(point)
  picture.classList.add("is-ready")
  const draw = () => {
    point.style.insetInlineStart = `${across.value}%`
    point.style.insetBlockStart = `${down.value}%`
  }
  picture.addEventListener("click", (event) => {
    const { left, top, width, height } = picture.getBoundingClientRect()
    across.value = Math.round(((event.clientX - left) / width) * 100)
    down.value = Math.round(((event.clientY - top) / height) * 100)
    draw()
  })
  across.addEventListener("input", draw)
  down.addEventListener("input", draw)
  draw()
}
