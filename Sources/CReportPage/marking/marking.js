// Marks shot changes. An answer is the text that the file of answers holds; buttons and keys only write it.

/** An answer may name pictures this far from what the place is about: `farthest` of MarkingAnswers.swift. */
const farthest = 250;

/** Whether all pictures of an answer lie near its place. */
const isNear = (changes, { first, last }) =>
  changes.every(([from, to]) => from >= first - farthest && to <= last + farthest);

/** The changes that an answer names: `[first, last, isCut]`; null where it has no meaning. */
function readAnswer(text, kinds) {
  const changes = [];
  let saysNothing = false;
  for (const part of text.split(";")) {
    const [word, ...rest] = part.trim().toLowerCase().split(/\s+/);
    if (word === "") continue;
    const numbers = rest.filter((item) => /^\d+$/.test(item)).map(Number);
    if (word === "nothing" && rest.length <= 1) saysNothing = true;
    else if (word === "cut" && rest.length === 1 && numbers.length === 1) changes.push([numbers[0], numbers[0], true]);
    else if (kinds.includes(word) && rest.length === 2 && numbers.length === 2 && numbers[0] <= numbers[1]) {
      changes.push([numbers[0], numbers[1], false]);
    } else return null;
  }
  return saysNothing && changes.length > 0 ? null : changes;
}

/** The lines of a file of answers: from the head of a place to its answer and reason. */
function readAnswers(text) {
  const answers = new Map();
  for (const line of text.split("\n")) {
    const match = /^\s*(\d+ \(\d+-\d+\):)([^#]*)(?:#(.*))?$/.exec(line.replace("\r", ""));
    if (match) answers.set(match[1], { answer: match[2].trim(), reason: (match[3] ?? "").trim() });
  }
  return answers;
}

class Marking {
  constructor(sheets) {
    this.sheets = sheets;
    this.places = sheets.places.map((place) => ({ ...place, answer: "", reason: "", cursor: null }));
    this.key = `scened marking ${sheets.title} ${sheets.places.map(({ head }) => head).join("")}`;
    this.index = 0;
    this.isAdding = false;
    this.firstMixed = null;
    this.past = [];
    this.isTyped = false;
    setText(find("title"), `Shot changes of ${shown(sheets.title)}`);
    replaceChildren(find("kind"), sheets.kinds.map((kind) => make("option", { value: kind }, kind)));
    replaceChildren(find("places"), this.places.map((place, index) =>
      make("button", { type: "button", on: { click: () => this.go(index) } }, index + 1)));
    this.restore();
    this.listen();
    this.go(Math.max(0, this.places.findIndex((place) => !this.isAnswered(place))));
  }

  get place() { return this.places[this.index]; }

  isAnswered(place) {
    const changes = place.answer.trim() === "" ? null : readAnswer(place.answer, this.sheets.kinds);
    return changes !== null && isNear(changes, place);
  }

  // Answers as a text, in the browser and as a file.

  text() {
    return this.sheets.preamble + this.places.map(({ head, answer, reason }) =>
      head + (answer.trim() ? ` ${answer.trim()}` : "") + (reason.trim() ? ` # ${reason.trim()}` : "") + "\n").join("");
  }

  /** Takes the answers of a text; a line without one leaves what is there. Gives how many places it has. */
  take(text) {
    const answers = readAnswers(text);
    for (const place of this.places) {
      const { answer, reason } = answers.get(place.head) ?? { answer: "", reason: "" };
      if (answer !== "") Object.assign(place, { answer, reason });
      else if (reason !== "") place.reason = reason;
    }
    return this.places.filter(({ head }) => answers.has(head)).length;
  }

  // What undo takes back: the answers before each change.

  static undoSteps = 200;

  remember() {
    this.past.push({ index: this.index, answers: this.places.map(({ answer, reason }) => ({ answer, reason })) });
    if (this.past.length > Marking.undoSteps) this.past.shift();
  }

  undo() {
    const before = this.past.pop();
    if (!before) return setText(find("told"), "Nothing to undo.");
    this.places.forEach((place, index) => Object.assign(place, before.answers[index]));
    this.keep();
    this.go(before.index);
    setText(find("told"), "Taken back.");
  }

  keep() {
    try {
      localStorage.setItem(this.key, this.text());
    } catch {
      // Without storage the answers last as long as the page.
    }
  }

  restore() {
    try {
      this.take(localStorage.getItem(this.key) ?? "");
    } catch {
      // As above.
    }
  }

  async load(file) {
    const text = await file.text();
    this.remember();
    const count = this.take(text);
    if (count === 0) this.past.pop();
    this.keep();
    this.go(this.index);
    if (count) setText(find("told"), `${shown(file.name)} is loaded; its empty lines change nothing. Undo takes it back.`);
    else setText(find("fault"), `${shown(file.name)} holds no answers to these places.`);
  }

  // What is shown.

  go(index) {
    if (!this.places.length) return setText(find("question"), "The lists differ nowhere: there is nothing to answer.");
    this.index = Math.min(Math.max(index, 0), this.places.length - 1);
    this.isAdding = false;
    this.isTyped = false;
    setText(find("told"), "");
    this.firstMixed = null;
    const { place } = this;
    setText(find("place"), `Place ${this.index + 1} of ${this.places.length}`);
    setText(find("question"), place.first === place.last
      ? `What happens around picture ${place.first}?` : `What happens from picture ${place.first} to ${place.last}?`);
    place.cursor ??= place.shown.find((number) => number >= place.first) ?? place.shown[0] ?? null;
    const gap = (at) => place.shown[at + 1] - place.shown[at];
    const isApart = (at) => (gap(at) > 1 || at === place.shown.length - 1) && (at === 0 || gap(at - 1) > 1);
    replaceChildren(find("strip"), place.shown.map((number, at) => make("figure", {
      role: "option", id: `option-${number}`, "data-number": number, on: { click: () => this.choose(number) },
      class: [isApart(at) ? "apart" : "", number >= place.first && number <= place.last ? "asked" : ""].join(" ").trim(),
    },
    make("img", { alt: `Picture ${number}`, src: `data:image/jpeg;base64,${find(`picture-${number}`).textContent}` }),
    make("figcaption", {}, number))));
    find("answer").value = place.answer;
    find("reason").value = place.reason;
    this.draw();
    find("strip").querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }

  draw() {
    const changes = readAnswer(this.place.answer, this.sheets.kinds);
    for (const figure of find("strip").children) {
      const number = Number(figure.dataset.number);
      figure.setAttribute("aria-selected", String(number === this.place.cursor));
      figure.classList.toggle("cut", (changes ?? []).some(([at, , isCut]) => isCut && at === number));
      figure.classList.toggle("mixed", number === this.firstMixed
        || (changes ?? []).some(([first, last, isCut]) => !isCut && number >= first && number <= last));
    }
    const { cursor } = this.place;
    if (cursor === null) find("strip").removeAttribute("aria-activedescendant");
    else find("strip").setAttribute("aria-activedescendant", `option-${cursor}`);
    const isFar = changes !== null && !isNear(changes, this.place);
    setText(find("fault"), changes === null ? "Write nothing, cut 123, or dissolve 120 131; several with ; between."
      : isFar ? "This lies far from the place: write numbers that stand below its pictures." : "");
    find("undo").disabled = this.past.length === 0;
    [...find("places").children].forEach((button, index) => {
      button.classList.toggle("answered", this.isAnswered(this.places[index]));
      if (index === this.index) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    });
    setText(find("progress"), `${this.places.filter((place) => this.isAnswered(place)).length} of ${this.places.length} answered`);
  }

  choose(number) {
    if (number === undefined) return;
    this.place.cursor = number;
    this.draw();
    find("strip").querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }

  step(by) {
    const { shown: numbers, cursor } = this.place;
    this.choose(numbers[numbers.indexOf(cursor) + by]);
  }

  // Answering.

  set(answer) {
    this.isTyped = false;
    if (answer === this.place.answer) return;
    this.remember();
    setText(find("told"), "");
    this.place.answer = answer;
    find("answer").value = answer;
    this.keep();
    this.draw();
  }

  /** Writes a change, in place of what stands there unless one more was asked for. */
  write(change) {
    const answer = this.place.answer.trim();
    const before = this.isAdding && answer ? `${answer}; ` : "";
    this.isAdding = false;
    this.firstMixed = null;
    this.set(before + change);
    const isReplaced = before === "" && answer.includes(";");
    if (isReplaced) setText(find("told"), `This stands in place of ${answer}. Undo takes it back; + adds one more change.`);
    this.draw();
  }

  lastMixed() {
    const first = this.firstMixed ?? this.place.cursor;
    this.write(`${find("kind").value} ${Math.min(first, this.place.cursor)} ${Math.max(first, this.place.cursor)}`);
  }

  /** The next kind; a gradual answer takes it. */
  turnKind() {
    const { kinds } = this.sheets;
    const menu = find("kind");
    menu.value = kinds[(kinds.indexOf(menu.value) + 1) % kinds.length];
    this.applyKind();
  }

  applyKind() {
    const parts = this.place.answer.split(";");
    const words = parts[parts.length - 1].trim().split(/\s+/);
    if (!this.sheets.kinds.includes(words[0])) return;
    parts[parts.length - 1] = `${parts.length > 1 ? " " : ""}${[find("kind").value, ...words.slice(1)].join(" ")}`;
    this.set(parts.join(";"));
  }

  action(key) {
    switch (key) {
      case "ArrowLeft": return () => this.step(-1);
      case "ArrowRight": return () => this.step(1);
      case "c": return () => this.write(`cut ${this.place.cursor}`);
      case "[": return () => { this.firstMixed = this.place.cursor; this.draw(); };
      case "]": return () => this.lastMixed();
      case "k": return () => this.turnKind();
      case "x": return () => this.write("nothing");
      case "+": return () => { this.isAdding = true; };
      case "delete": case "backspace": return () => this.set("");
      case "u": return () => this.undo();
      case "r": return () => find("reason").focus();
      case "p": return () => this.go(this.index - 1);
      case "n": case "enter": return () => this.go(this.index + 1);
      default: return null;
    }
  }

  listen() {
    const buttons = {
      "do-cut": "c", "do-first": "[", "do-last": "]", "do-nothing": "x", "do-more": "+", "do-clear": "delete",
      "do-back": "p", "do-next": "n", undo: "u",
    };
    for (const [id, key] of Object.entries(buttons)) {
      find(id).addEventListener("click", ({ currentTarget }) => {
        if (this.places.length) this.action(key)();
        currentTarget.blur();
      });
    }
    find("kind").addEventListener("change", () => { this.applyKind(); find("kind").blur(); });
    for (const id of ["answer", "reason"]) {
      find(id).addEventListener("focus", () => { this.isTyped = false; });
      find(id).addEventListener("input", () => {
        // What is typed in one go is one step.
        if (!this.isTyped) this.remember();
        this.isTyped = true;
        // A line break or # would change what the line says.
        this.place[id] = find(id).value.replace(id === "answer" ? /[#\r\n]/g : /[\r\n]/g, " ");
        this.keep();
        this.draw();
      });
    }
    find("save").addEventListener("click", () => download("answers.txt", "text/plain", this.text()));
    find("load").addEventListener("click", () => find("load-file").click());
    find("load-file").addEventListener("change", ({ target }) => {
      if (target.files[0]) this.load(target.files[0]);
      target.value = "";
    });
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !this.places.length) return;
      if (event.target.matches("input")) {
        if (event.key === "Escape" || event.key === "Enter") event.target.blur();
        return;
      }
      if (event.target.matches("button, select") && ["Enter", " "].includes(event.key)) return;
      const act = this.action(event.key.startsWith("Arrow") ? event.key : event.key.toLowerCase());
      if (!act) return;
      event.preventDefault();
      act();
    });
  }
}

const marking = new Marking(JSON.parse(find("sheets").textContent));
