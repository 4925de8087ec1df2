// Suggestions under a search box while somebody types (WAI-ARIA 1.2: combobox with a listbox). A box works without them:
// Enter searches for what stands in it, and keys that belong to an open IME are left alone.
"use strict";

(() => {
  const PAUSE = 150; // milliseconds without a key before anything is asked
  const FEWEST = 1;
  let boxes = 0;

  class Suggestions {
    constructor(form) {
      this.form = form;
      this.box = form.querySelector("input[type=search]");
      this.address = form.dataset.suggestions;
      this.number = ++boxes;
      this.chosen = -1;
      this.found = [];
      this.asked = null;
      this.timer = 0;
      this.list = this.made("ul", "suggestions", { role: "listbox", id: `suggestions-${this.number}`, "aria-label": "入力候補" });
      this.list.hidden = true;
      this.told = this.made("p", "visually-hidden", { "aria-live": "polite" });
      form.append(this.list, this.told);
      for (const [name, value] of Object.entries({
        role: "combobox",
        "aria-autocomplete": "list",
        "aria-haspopup": "listbox",
        "aria-expanded": "false",
        "aria-controls": this.list.id,
      })) this.box.setAttribute(name, value);
      this.listen();
    }

    made(tag, name, attributes = {}) {
      const element = document.createElement(tag);
      element.className = name;
      for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
      return element;
    }

    listen() {
      this.box.addEventListener("input", () => this.wait());
      this.box.addEventListener("keydown", (event) => this.pressed(event));
      this.box.addEventListener("blur", () => this.leave());
      this.form.addEventListener("submit", () => this.leave());
      this.list.addEventListener("pointerdown", (event) => event.preventDefault()); // the box keeps the focus
      this.list.addEventListener("click", (event) => {
        const option = event.target.closest("[role=option]");
        if (option) this.choose(Number(option.dataset.place));
      });
    }

    wait() {
      this.forget();
      const typed = this.box.value.trim();
      if (typed.length < FEWEST) {
        this.close();
        return;
      }
      this.timer = window.setTimeout(() => this.ask(typed), PAUSE);
    }

    forget() {
      window.clearTimeout(this.timer);
      if (this.asked) this.asked.abort();
      this.asked = null;
    }

    async ask(typed) {
      const asked = (this.asked = new AbortController());
      try {
        const answer = await fetch(`${this.address}?q=${encodeURIComponent(typed)}`, { signal: asked.signal });
        const said = answer.ok ? await answer.json() : { suggestions: [] };
        if (this.asked === asked && document.activeElement === this.box) this.show(said.suggestions);
      } catch {
        if (this.asked === asked) this.close(); // no suggestions are no error: searching works as ever
      }
    }

    show(found) {
      this.found = found;
      this.chosen = -1;
      this.box.removeAttribute("aria-activedescendant");
      this.list.replaceChildren(...found.map((one, place) => this.option(one, place)));
      this.list.hidden = found.length === 0;
      this.box.setAttribute("aria-expanded", String(found.length > 0));
      this.told.textContent = found.length ? `候補が${found.length}件あります。上下の矢印キーで選べます。` : "候補はありません。";
    }

    option(one, place) {
      const option = this.made("li", "suggestion", {
        role: "option",
        id: `suggestion-${this.number}-${place}`,
        "aria-selected": "false",
        "data-place": String(place),
      });
      const kind = this.made("span", "suggestion-kind");
      const text = this.made("span", "suggestion-text");
      kind.textContent = one.kind;
      text.textContent = one.text;
      option.append(kind, text);
      if (one.note) {
        const note = this.made("span", "suggestion-note");
        note.textContent = one.note;
        option.append(note);
      }
      return option;
    }

    close() {
      this.found = [];
      this.chosen = -1;
      this.list.hidden = true;
      this.list.replaceChildren();
      this.told.textContent = "";
      this.box.setAttribute("aria-expanded", "false");
      this.box.removeAttribute("aria-activedescendant");
    }

    leave() {
      this.forget();
      this.close();
    }

    pressed(event) {
      if (event.isComposing || event.keyCode === 229 || event.altKey || event.ctrlKey || event.metaKey) return;
      if (this.list.hidden) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        this.move(event.key === "ArrowDown" ? 1 : -1);
      } else if (event.key === "Enter" && this.chosen >= 0) {
        event.preventDefault();
        this.choose(this.chosen);
      } else if (event.key === "Escape") {
        event.preventDefault(); // the first Escape closes the list, the next one empties the box
        this.leave();
      }
    }

    move(by) {
      const places = this.found.length + 1; // one of them is the box itself
      this.chosen = ((this.chosen + 1 + by + places) % places) - 1;
      for (const option of this.list.children) {
        const here = Number(option.dataset.place) === this.chosen;
        option.setAttribute("aria-selected", String(here));
        if (here) option.scrollIntoView({ block: "nearest" });
      }
      if (this.chosen < 0) this.box.removeAttribute("aria-activedescendant");
      else this.box.setAttribute("aria-activedescendant", this.list.children[this.chosen].id);
    }

    choose(place) {
      const one = this.found[place];
      this.leave();
      if (one.url) {
        window.location.assign(one.url);
        return;
      }
      this.box.value = one.text;
      this.form.requestSubmit();
    }
  }

  for (const form of document.querySelectorAll("form[data-suggestions]")) new Suggestions(form);
})();
