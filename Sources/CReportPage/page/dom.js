"use strict";

// Elements. Text from events only ever becomes a text node: nothing in a film's name can become markup.

const find = (id) => document.getElementById(id);

/** An element with attributes and children; strings become text nodes, null and false are left out. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") element.className = value;
    else if (name === "on") for (const [type, act] of Object.entries(value)) element.addEventListener(type, act);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  append(element, children);
  return element;
}

function append(element, children) {
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

function replaceChildren(element, ...children) {
  element.replaceChildren();
  append(element, children);
}

/** Sets the text only if it differs, so that screen readers and selections are left alone. */
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** A name from outside as a person may read it: marks that change the direction or hide text are shown as such. */
function shown(text) {
  return String(text).replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, "\ufffd");
}

/** An icon: a mark drawn by the style sheet; the word beside it says the same. */
function icon(name) {
  return make("span", { class: `icon icon-${name}`, "aria-hidden": "true" });
}

const lessMotion = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Calls `act` once in the next frame, however often it is asked to. */
function oncePerFrame(act) {
  let isDue = false;
  return () => {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      act();
    });
  };
}

/** Gives a file to the person who reads the page. */
function download(name, type, text) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = make("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = make("textarea", { class: "offscreen", "aria-hidden": "true" });
    field.value = text;
    document.body.append(field);
    field.select();
    const isCopied = document.execCommand("copy");
    field.remove();
    return isCopied;
  }
}
