// Searches the scenes of many films. What decides (`durationOf`, `clock`, `search`) knows no document.

/** Seconds; thirty years are more than any duration here. */
const LONGEST = 1e9;

/**
 * Seconds of `90`, `5m`, `1m30s`, `1:30` or `1:02:03`, as `--longer-than` reads them (DurationText in Sources/TextFiles);
 * null of an empty text, NaN of any other.
 */
function durationOf(text) {
  const plain = text.trim();
  if (plain === "") return null;
  const seconds = decimalOf(plain) ?? (plain.includes(":") ? secondsOfClock(plain) : secondsOfUnits(plain));
  return seconds !== null && seconds >= 0 && seconds <= LONGEST ? seconds : NaN;
}

const decimalOf = (text) => (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : null);

/** A number that begins with a digit, or null. */
const numberOf = (text) => (/^\d/.test(text) ? decimalOf(text) : null);

/** Of `M:SS` or `H:MM:SS`, the last with decimals; or null. */
function secondsOfClock(text) {
  const fields = text.split(":");
  const seconds = numberOf(fields.pop());
  if (fields.length < 1 || fields.length > 2 || seconds === null || seconds >= 60) return null;
  let minutes = 0;
  for (const [place, field] of fields.entries()) {
    const value = /^[+-]?\d+$/.test(field) ? Number(field) : NaN;
    if (!(value >= 0 && value <= 9999 && (place === 0 || value < 60))) return null;
    minutes = minutes * 60 + value;
  }
  return minutes * 60 + seconds;
}

/** Of numbers with falling units, the last of which may lack its `s`; or null. */
function secondsOfUnits(text) {
  const known = [["h", 3600], ["m", 60], ["s", 1], ["ms", 0.001]];
  let [rest, next, sum] = [text, 0, 0];
  while (rest !== "") {
    const [, digits, name] = /^([\d.]*)(\p{L}*)/u.exec(rest);
    rest = rest.slice(digits.length + name.length);
    const unit = name === "" && rest === "" && next > 0 ? "s" : name;
    const value = numberOf(digits);
    const place = known.findIndex(([each]) => each === unit);
    if (value === null || place < next) return null;
    sum += value * known[place][1];
    next = place + 1;
  }
  return next > 0 ? sum : null;
}

/** `H:MM:SS` of microseconds. */
function clock(microseconds) {
  const seconds = Math.floor(microseconds / SECOND);
  const two = (value) => String(value).padStart(2, "0");
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

const [NUMBER, START, LENGTH, SCORE, TAGS] = [0, 1, 2, 3, 4];
const SECOND = 1000000;

/**
 * The scenes that are asked for, as pairs of film and scene, in order.
 * `question`: {words, longer, shorter (seconds or null), tag (place or null), order}.
 */
function search(films, question) {
  const words = question.words.toLowerCase().split(/\s+/).filter((word) => word);
  const longer = Math.round((question.longer ?? 0) * SECOND);
  const shorter = question.shorter === null ? Infinity : Math.round(question.shorter * SECOND);
  const found = [];
  for (const film of films) {
    const name = film.name.toLowerCase();
    if (!words.every((word) => name.includes(word))) continue;
    for (const scene of film.scenes) {
      if (scene[LENGTH] < longer || scene[LENGTH] > shorter) continue;
      if (question.tag !== null && !scene.includes(question.tag, TAGS)) continue;
      if (question.order === "doubtful" && scene[SCORE] < 0) continue;
      found.push([film, scene]);
    }
  }
  // Sorting keeps equals in order of film and time.
  if (question.order === "longest") found.sort((a, b) => b[1][LENGTH] - a[1][LENGTH]);
  if (question.order === "shortest") found.sort((a, b) => a[1][LENGTH] - b[1][LENGTH]);
  if (question.order === "doubtful") found.sort((a, b) => a[1][SCORE] - b[1][SCORE]);
  return found;
}

const data = JSON.parse(document.getElementById("data").textContent);
const films = data.films.map(([name, page, scenes]) => ({ name, page, scenes }));
const STEP = 100;
let found = [];
let listed = 0;

function element(tag, name, text) {
  const made = document.createElement(tag);
  made.className = name;
  made.textContent = text;
  return made;
}

function row([film, scene]) {
  const item = document.createElement("li");
  const name = element("span", "name", "");
  const title = `${shown(film.name)} · scene ${scene[NUMBER]}`;
  if (film.page) {
    const link = element("a", "stop", title);
    link.href = `${film.page}#t=${scene[START] / SECOND}`;
    name.append(link);
  } else {
    const text = element("span", "stop", title);
    text.tabIndex = 0;
    name.append(text);
  }
  const label = (cell, words) => {
    cell.title = words;
    return cell;
  };
  item.append(
    name,
    label(element("span", "time", clock(scene[START])), "start"),
    label(element("span", "length", clock(scene[LENGTH])), "length"),
    scene[SCORE] < 0 ? label(element("span", "score", "–"), "no boundary with a score ends it")
      : label(element("span", "score", (scene[SCORE] / 1000).toFixed(3)), "score of the boundary that ends it"),
  );
  if (scene.length > TAGS) item.append(element("span", "tags", scene.slice(TAGS).map((tag) => shown(data.tags[tag])).join(", ")));
  return item;
}

function showMore() {
  const next = found.slice(listed, listed + STEP);
  find("scenes").append(...next.map(row));
  listed += next.length;
  find("more").hidden = listed >= found.length;
}

function duration(id) {
  const seconds = durationOf(find(id).value);
  const isWrong = Number.isNaN(seconds);
  find(id).setAttribute("aria-invalid", String(isWrong));
  return isWrong ? null : seconds;
}

/** What counts for nothing, because nobody can read it; empty where all is read. */
function unread() {
  const wrong = ["longer", "shorter"].filter((id) => find(id).getAttribute("aria-invalid") === "true");
  const texts = wrong.map((id) => `“${shown(find(id).value.trim())}”`).join(" and ");
  if (wrong.length === 0) return "";
  return ` ${texts} ${wrong.length === 1 ? "is not a length and counts" : "are not lengths and count"} for nothing: write 90, 5m or 1:30.`;
}

function show() {
  const tag = find("tag").value;
  found = search(films, {
    words: find("words").value,
    longer: duration("longer"),
    shorter: duration("shorter"),
    tag: tag === "" ? null : Number(tag),
    order: find("order").value,
  });
  const length = found.reduce((sum, [, scene]) => sum + scene[LENGTH], 0);
  const count = found.length === 1 ? "1 scene" : `${found.length} scenes`;
  const summary = found.length === 0 ? "No scene is so." : `${count}, ${clock(length)}${unread() && "."}`;
  setText(find("summary"), summary + unread());
  find("scenes").replaceChildren();
  listed = 0;
  showMore();
}

/** Moves from scene to scene; from the form to the first one. */
function step(by) {
  const stops = [...document.querySelectorAll(".stop")];
  const place = stops.indexOf(document.activeElement);
  if (place + by >= stops.length && !find("more").hidden) {
    showMore();
    return step(by);
  }
  const next = place < 0 ? stops[0] : stops[place + by];
  (next ?? find("words")).focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const isTyping = event.target instanceof HTMLSelectElement;
  if (event.key === "/" && !(event.target instanceof HTMLInputElement)) {
    event.preventDefault();
    find("words").focus();
  } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !isTyping) {
    event.preventDefault();
    step(event.key === "ArrowDown" ? 1 : -1);
  }
});

for (const [place, name] of data.tags.entries()) {
  const option = element("option", "", shown(name));
  option.value = String(place);
  find("tag").append(option);
}
find("tagged").hidden = data.tags.length === 0;
find("search").addEventListener("submit", (event) => event.preventDefault());
find("search").addEventListener("input", show);
find("more").addEventListener("click", showMore);
show();
