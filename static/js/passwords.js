// A button beside a password field shows what was typed, and hides it again when the form is sent.
"use strict";

function show(button, shown) {
  const field = document.getElementById(button.dataset.shows);
  field.type = shown ? "text" : "password";
  button.setAttribute("aria-pressed", String(shown));
  button.textContent = shown ? "隠す" : "表示";
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-shows]");
  if (button) show(button, button.getAttribute("aria-pressed") !== "true");
});

document.addEventListener("submit", () => {
  document.querySelectorAll("[data-shows]").forEach((button) => show(button, false));
});
