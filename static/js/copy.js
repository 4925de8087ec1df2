// Buttons that copy a field. On an inner network without https there is no clipboard object, so the field is copied as selected.
"use strict";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copies]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copies);
  field.select();
  let copied;
  try {
    await navigator.clipboard.writeText(field.value);
    copied = true;
  } catch {
    copied = document.execCommand("copy");
  }
  const said = copied ? "コピーしました" : "コピーできません。選ばれている文字をご自分でコピーしてください";
  button.textContent = said;
  document.querySelector(`[data-copied="${button.dataset.copies}"]`).textContent = said;
});
