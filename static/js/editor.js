// The editor, on top of a form that works without scripts: the draft is kept while one types, buttons change only their list,
// steps move by the keyboard, and nothing typed is left behind unseen. Requests go one after the other, so that the
// version in the page is always the newest that this page knows.
"use strict";

(() => {
  const form = document.getElementById("editor");
  if (!form || !window.htmx) return;
  const trouble = document.getElementById("trouble");
  const PAUSE = 3000; // after the last key
  const BLUR = 300; // after a field was left
  const AGAIN = [3000, 5000, 10000, 20000, 30000]; // between tries while nothing can be kept
  const UNREACHED = "通信できないため、まだ保存できていません。入力はこの画面に残っています。つながり次第、自動で保存します。";
  const REFUSED = "保存できませんでした。入力はこの画面に残っています。内容を写してから、画面を開き直してください。";
  let timer = 0;
  let tries = 0;
  let stopped = false; // another window was faster: the person decides
  let leaving = false;
  let queue = Promise.resolve();
  let waiting = 0; // requests under way or in the queue
  const changed = new Map(); // name → value of every field that the server does not have yet

  const dirty = () => changed.size > 0;
  const mark = () => form.classList.toggle("is-dirty", dirty());

  function plan(wait) {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(() => { if (dirty()) send(); }, wait);
  }

  function send(button) {
    clearTimeout(timer);
    waiting += 1;
    queue = queue.then(() => request(button)).catch(() => failed("")).finally(() => { waiting -= 1; });
    return queue;
  }

  async function request(button) {
    if (stopped && !button?.force) return;
    const sent = new Map(changed);
    const answer = { xhr: null };
    const listen = (event) => { answer.xhr = event.detail.xhr; };
    const stay = focusNow();
    document.body.addEventListener("htmx:beforeOnLoad", listen);
    try {
      await window.htmx.ajax("POST", form.action, {
        source: document.body, // not the form: what it does not carry stays as it is, so the few changed fields suffice
        target: "#standing",
        swap: "outerHTML",
        values: { ...Object.fromEntries(sent), ...plumbing(button) },
      });
    } finally {
      document.body.removeEventListener("htmx:beforeOnLoad", listen);
    }
    const status = answer.xhr ? answer.xhr.status : 0;
    if (status >= 200 && status < 300) return succeeded(sent, button, stay);
    const token = answer.xhr?.getResponseHeader("X-CSRFToken");
    if (token) form.elements.csrf_token.value = token;
    failed(status === 0 || status >= 500 ? "" : answer.xhr.responseText, status, Boolean(token));
  }

  function plumbing(button) {
    const open = [...form.querySelectorAll("input[name=open]")].map((one) => one.value);
    const lines = button?.value === "paste" ? { lines: form.elements.lines.value } : {};
    const asked = button?.value ? { do: button.value } : {};
    return { csrf_token: form.elements.csrf_token.value, version: version().value, open, ...lines, ...asked };
  }

  const version = () => form.querySelector("[name=version]");

  function succeeded(sent, button, stay) {
    for (const [name, value] of sent) if (changed.get(name) === value) changed.delete(name);
    tries = 0;
    stopped = false;
    trouble.replaceChildren();
    for (const [name, value] of changed) put(name, value); // typed while a list was on its way
    if (button?.value === "paste") form.elements.lines.value = "";
    if (button?.value) moveFocus(button, stay);
    mark();
    if (dirty()) plan(PAUSE);
  }

  function fieldsOf(name) {
    return [...form.elements].filter((one) => one.name === name && one.type !== "hidden");
  }

  function put(name, value) {
    for (const field of fieldsOf(name)) {
      if (field.type === "checkbox") field.checked = value !== "";
      else if (field.value !== value) field.value = value;
    }
  }

  function failed(answer, status = 0, retry = false) {
    const refused = status >= 400 && status < 500;
    const said = sentence(answer) || (refused ? REFUSED : UNREACHED);
    const line = document.createElement("p");
    line.append(said);
    if (status === 401) line.append(link("別のタブでログインする", form.dataset.signin));
    if (status === 409) {
      stopped = true;
      line.append(action("この画面の内容で上書きする", overwrite), link("保存してある下書きを開く", form.action));
    }
    if (!retry) trouble.replaceChildren(line);
    mark();
    if (status === 409 || (status >= 400 && status < 500 && status !== 401 && !retry)) return;
    plan(retry ? 0 : AGAIN[Math.min(tries++, AGAIN.length - 1)]);
  }

  function sentence(html) {
    if (!html) return "";
    const page = new DOMParser().parseFromString(html, "text/html");
    const words = page.querySelector("[role=alert]") || page.querySelector(".error-page h1 + p");
    return words ? words.textContent.trim() : "";
  }

  function link(label, address) {
    const made = document.createElement("a");
    made.className = "button";
    made.href = address;
    made.target = "_blank";
    made.rel = "noopener";
    made.textContent = label;
    return made;
  }

  function action(label, run) {
    const made = document.createElement("button");
    made.className = "button";
    made.type = "button";
    made.textContent = label;
    made.addEventListener("click", run);
    return made;
  }

  async function overwrite() {
    const page = await fetch(form.action, { credentials: "same-origin" });
    const newest = new DOMParser().parseFromString(await page.text(), "text/html").querySelector("#editor [name=version]");
    if (!newest) return;
    version().value = newest.value;
    for (const field of form.elements) if (isOfManual(field)) note(field);
    send({ force: true });
  }

  // Where the focus is, so that it can be put back after a list was drawn anew.
  function focusNow() {
    const here = document.activeElement;
    const folds = [...form.querySelectorAll("details[open][id]")].map((one) => one.id);
    return { id: here?.id || "", start: here?.selectionStart ?? null, end: here?.selectionEnd ?? null, folds };
  }

  function moveFocus(button, stay) {
    for (const id of stay.folds) {
      const fold = document.getElementById(id);
      if (fold) fold.open = true;
    }
    const wanted = document.getElementById("standing").dataset.focus;
    const verb = button.value.split(":")[0];
    const moved = verb === "up" || verb === "down";
    let goal = moved ? document.getElementById(stay.id) : null;
    if (goal?.disabled) goal = null;
    const item = wanted ? document.getElementById(wanted) : null;
    if (verb === "open") goal = document.getElementById(`more:${wanted}`)?.querySelector("summary");
    if (!goal && item) goal = item.querySelector("input:not([type=hidden]), textarea, select") || item;
    goal = goal || document.getElementById(stay.id) || document.getElementById("list:steps");
    goal?.focus({ preventScroll: true });
    (item || goal)?.scrollIntoView({ block: "nearest" });
    if (moved && stay.start !== null && goal?.id === stay.id && goal.setSelectionRange) {
      goal.setSelectionRange(stay.start, stay.end);
    }
  }

  const composing = (event) => event.isComposing || event.keyCode === 229;

  const apart = new Set(["csrf_token", "version", "do", "note", "lines", "open"]);
  const isOfManual = (field) => field.name && field.type !== "hidden" && !apart.has(field.name);
  const note = (field) => changed.set(field.name, field.type === "checkbox" && !field.checked ? "" : field.value);

  form.addEventListener("input", (event) => {
    if (!isOfManual(event.target)) return;
    note(event.target);
    mark();
    plan(PAUSE);
  });
  form.addEventListener("change", () => plan(BLUR));

  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    const native = !button || button.hasAttribute("formaction") || button.value === "preview";
    if (native && button) {
      clearTimeout(timer); // the form itself carries everything now
      if (waiting > 0) {
        event.preventDefault(); // its version is about to change
        queue.then(() => form.requestSubmit(button));
        return;
      }
      leaving = true;
      return;
    }
    event.preventDefault();
    send(button && button.value !== "save" ? button : undefined);
  });

  // htmx.ajax swaps successes alone; what went wrong is told by `failed`.
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status >= 400) event.detail.shouldSwap = false;
  });

  form.addEventListener("keydown", (event) => {
    if (composing(event)) return;
    if (event.key === "s" && (event.ctrlKey || event.metaKey) && !event.altKey) {
      event.preventDefault();
      send();
      return;
    }
    const single = event.target.matches("input:not([type=checkbox], [type=submit])");
    if (event.key === "Enter" && single) event.preventDefault(); // a key of the input method, often pressed once too much
    if (!event.altKey || event.ctrlKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    const card = event.target.closest("#list\\:steps > ol > [data-item]");
    if (!card) return;
    event.preventDefault();
    const verb = event.key === "ArrowUp" ? "up" : "down";
    const tool = document.getElementById(`${verb}:${card.id}`);
    if (tool && !tool.disabled) send({ value: tool.value });
  });

  window.addEventListener("beforeunload", (event) => {
    if (leaving || !dirty()) return;
    event.preventDefault();
    event.returnValue = "";
  });
  window.addEventListener("pageshow", () => { leaving = false; });
  window.addEventListener("online", () => { if (dirty()) plan(0); });
})();
