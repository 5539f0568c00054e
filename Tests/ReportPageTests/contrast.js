// Every text in sight whose contrast with what lies behind it is below 4.5:1 (WCAG 2.2, 1.4.3), as [text, ratio].
(() => {
  const parse = (text) => {
    const match = /^rgba?\(([\d.]+), ([\d.]+), ([\d.]+)(?:, ([\d.]+))?\)$/.exec(text);
    return match ? [Number(match[1]), Number(match[2]), Number(match[3]), match[4] === undefined ? 1 : Number(match[4])] : null;
  };
  const over = (top, below) => [0, 1, 2].map((index) => top[index] * top[3] + below[index] * (1 - top[3])).concat(1);
  const luminance = (color) => {
    const [red, green, blue] = color.map((value) => value / 255).map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const behind = (element) => {
    const layers = [];
    for (let each = element; each; each = each.parentElement) {
      const color = parse(getComputedStyle(each).backgroundColor);
      if (color && color[3] > 0) layers.push(color);
      if (color && color[3] === 1) break;
    }
    return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255, 1]);
  };
  const dialog = document.querySelector("dialog[open]");
  const found = [];
  const walker = document.createTreeWalker(dialog ?? document.body, NodeFilter.SHOW_TEXT);
  let count = 0;
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (walker.currentNode.textContent.trim() === "" || element.closest("script, noscript, .offscreen, option, dialog:not([open])")) continue;
    if (!element.checkVisibility({ visibilityProperty: true })) continue;
    count += 1;
    const background = behind(element);
    const color = over(parse(getComputedStyle(element).color), background);
    const [high, low] = [luminance(color), luminance(background)].sort((left, right) => right - left);
    const ratio = (high + 0.05) / (low + 0.05);
    if (ratio < 4.5) found.push([walker.currentNode.textContent.trim().slice(0, 40), Math.round(ratio * 100) / 100]);
  }
  if (count < (dialog ? 20 : 40)) found.push(["too little text was looked at", count]);
  return found;
})()
