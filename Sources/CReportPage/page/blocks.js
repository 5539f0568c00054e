// Blocks lie above scenes: a program, adverts, a trailer, an ident. They are a lane of the timeline, and a word for each
// scene.

const blockWords = { program: "Program", adverts: "Adverts", trailer: "Trailer", ident: "Ident" };

/** A kind in words; a later program may know more kinds than this page. */
function blockWord(kind) {
  if (Object.hasOwn(blockWords, kind)) return blockWords[kind];
  const words = kind.replaceAll("_", " ");
  return words[0].toUpperCase() + words.slice(1);
}

/** The block that holds `pts`, or null. */
function blockAt(run, pts) {
  const block = run.blocks[sceneIndexAt(run.blocks, pts)];
  return block && pts < block.end.pts ? block : null;
}

/** The block in the middle of a scene, or null. */
function blockOf(run, scene) { return blockAt(run, middleOf(scene)); }
const middleOf = ({ start, end }) => start.pts + Math.floor((end.pts - start.pts) / 2);

/** The kind of the block in the middle of a scene, or null: while no block says it, what the scene itself said. */
function blockKindOf(run, scene) {
  const block = blockOf(run, scene);
  if (block) return block.kind;
  const middle = middleOf(scene);
  const told = run.scenes[sceneIndexAt(run.scenes, middle)];
  return told && middle < told.end.pts ? told.block : null;
}

/** The block in the middle of a scene in words, with its probability where that is known; empty if nothing is. */
function blockText(run, scene) {
  const kind = blockKindOf(run, scene);
  if (kind === null) return "";
  const probability = blockOf(run, scene)?.probability ?? null;
  return probability === null ? blockWord(kind) : `${blockWord(kind)}, probability ${scoreText(probability)}`;
}

/** A swatch in the color of the lane, and the word. */
function blockBadge(kind) {
  const name = Object.hasOwn(blockWords, kind) ? kind : "other";
  return [
    make("i", { class: `swatch swatch-${name}`, "aria-hidden": "true" }), make("span", { class: "offscreen" }, "Block: "),
    make("span", {}, blockWord(kind)),
  ];
}

// The lane ---------------------------------------------------------------------------------------------------------

/** A stretch for each block with its word, or the first letter where there is no room; dashed, what has begun and whose
 *  end is not decided yet. */
function drawBlocks(view, context, width) {
  const { run, end } = view.session;
  for (const { start, end: until, kind } of view.inSight(run.blocks, (block) => block.start.pts, (block) => block.end.pts)) {
    drawBlock(view, context, width, { kind, left: view.x(start.pts), right: view.x(until.pts), isOpen: false });
  }
  const last = run.blocks.at(-1);
  if (!last || last.next === null || run.end || last.end.pts >= end) return;
  drawBlock(view, context, width, { kind: last.next, left: view.x(last.end.pts), right: view.x(end), isOpen: true });
}

function drawBlock(view, context, width, { kind, left, right, isOpen }) {
  const { colors } = view;
  const { blockTop, blockHeight } = view.top;
  const inset = right - left > 4 ? 0.5 : 0;
  const from = Math.max(left + inset, -4);
  const wide = Math.max(Math.min(right - inset, width + 4) - from, 1);
  if (from > width || from + wide < 0) return;
  const own = colors[`block-${kind}`];
  const isPlain = own === undefined || kind === "program";
  context.beginPath();
  context.roundRect(from + 0.5, blockTop + 0.5, Math.max(wide - 1, 0.5), blockHeight - 1, 2);
  context.fillStyle = context.strokeStyle = own ?? colors["block-program"];
  if (isOpen) context.setLineDash([4, 3]);
  else context.fill();
  if (isOpen || isPlain) context.strokeStyle = colors["line-strong"];
  context.lineWidth = 1;
  context.stroke();
  context.setLineDash([]);
  const word = blockWord(kind);
  const [near, far] = [Math.max(from, 0), Math.min(from + wide, width)];
  const text = [word, word[0]].find((each) => context.measureText(each).width + 7 <= far - near);
  if (text === undefined) return;
  context.fillStyle = isOpen || isPlain ? colors.text : colors["on-block"];
  const room = far - near - context.measureText(text).width;
  context.fillText(text, near + Math.min(room / 2, 5), blockTop + blockHeight / 2 + 0.5);
}

/** The block of the lane that lies at a point of the timeline, or null. */
function blockUnder(view, { x, y }) {
  const { blockTop, blockHeight } = view.top;
  return y >= blockTop && y < blockTop + blockHeight ? blockAt(view.session.run, view.pts(x)) : null;
}

/** What the pointer says of a block. */
function blockPreview(run, block) {
  const [from, to] = [block.start, block.end].map(({ pts }) => clock(secondsAt(run, pts), 1));
  const probability = block.probability === null ? "" : `\nprobability ${scoreText(block.probability)}`;
  return `${blockWord(block.kind)}, ${from} to ${to}${probability}`;
}
