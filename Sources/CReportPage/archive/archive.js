// Filters and orders the films of an archive. Without it the page shows all of them, what needs review first.
"use strict";
const list = document.getElementById("films");
const filter = document.getElementById("filter");
const order = document.getElementById("order");
const films = [...list.children];
const name = (film) => film.dataset.name.toLowerCase();
const byName = (a, b) => (name(a) < name(b) ? -1 : name(a) > name(b) ? 1 : 0);
const orders = {
  review: (a, b) => films.indexOf(a) - films.indexOf(b),
  name: byName,
  length: (a, b) => b.dataset.length - a.dataset.length || byName(a, b),
};

function show() {
  const wanted = filter.value.trim().toLowerCase();
  for (const film of films) film.hidden = !name(film).includes(wanted);
  list.append(...[...films].sort(orders[order.value]));
  document.getElementById("none").hidden = films.some((film) => !film.hidden);
}

filter.addEventListener("input", show);
order.addEventListener("change", show);
show();
