// Plays what a button with data-hear has said, in place; what is typed in its form goes along. Without this script
// the sound opens in a page of its own.

const told = (button) => button.parentElement.querySelector("[data-said]")
let playing

const play = async (bytes) => {
  const context = new AudioContext()
  const source = context.createBufferSource()
  source.buffer = await context.decodeAudioData(bytes)
  source.connect(context.destination)
  source.onended = () => context.close()
  source.start()
  return source
}

const hear = async (button, body) => {
  const status = told(button)
  status.textContent = button.dataset.hear
  button.disabled = true
  try {
    const answer = await fetch(button.formAction, { method: "POST", body })
    if (!answer.ok) {
      // A refusal is a sentence; anything else is a page of the server's.
      const isSentence = answer.headers.get("Content-Type").startsWith("text/plain")
      status.textContent = isSentence ? await answer.text() : button.dataset.failed
      return
    }
    playing?.stop()
    playing = await play(await answer.arrayBuffer())
    status.textContent = ""
  } finally {
    button.disabled = false
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-hear]")
  if (!button) return
  event.preventDefault()
  // Before the button is disabled: then it is no part of its form.
  const body = new FormData(button.form, button)
  hear(button, body).catch(() => (told(button).textContent = button.dataset.failed))
})
