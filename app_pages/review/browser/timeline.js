// The picture of a case: facilities as rows, days from left to right.

const SVG = "http://www.w3.org/2000/svg";
const PICTURE = { width: 930, left: 62, right: 14, line: 30, label: 17, dot: 6 };

/** Make an SVG element; strings among the children become text nodes. */
function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** The picture in words: what stands above it, or else where the visits were. */
function spoken({ labels, facilities }) {
  return labels.length ? labels.map(({ text }) => text).join("; ") : facilities.join(", ");
}

function drawTimeline(data, choose) {
  const { width, left, right, line, label, dot } = PICTURE;
  const levels = data.labels.reduce((most, l) => Math.max(most, l.level + 1), 0);
  const top = 8 + levels * label;
  const axis = top + data.facilities.length * line + 4;
  const x = (share) => left + share * (width - left - right);
  const y = (row) => top + row * line + line / 2;
  const picture = svg("svg", { viewBox: `0 0 ${width} ${axis + 20}`, class: "timeline", role: "img", "aria-label": spoken(data) });

  data.facilities.forEach((code, row) => {
    picture.append(svg("line", { x1: left, x2: width - right, y1: y(row), y2: y(row), class: "grid" }));
    picture.append(svg("text", { x: 0, y: y(row) + 4, class: "code" }, code));
  });
  picture.append(svg("line", { x1: left, x2: width - right, y1: axis, y2: axis, class: "axis" }));
  for (const tick of data.ticks) {
    picture.append(svg("line", { x1: x(tick.x), x2: x(tick.x), y1: axis, y2: axis + 4, class: "axis" }));
    picture.append(svg("text", { x: x(tick.x), y: axis + 17, class: "day", ...anchor(tick.x) }, tick.text));
  }
  for (const bar of data.bars) {
    const wide = Math.max(x(bar.end) - x(bar.x), 8);
    picture.append(svg("rect", { x: x(bar.x), y: y(bar.line) - 1, width: wide, height: 10, rx: 5, class: "stay" }));
    picture.append(svg("text", { x: x(bar.x), y: y(bar.line) - 5, class: "stayed", ...anchor(bar.x, bar.text.length) }, bar.text));
  }
  for (const point of data.points.filter((p) => !p.red)) {
    picture.append(svg("circle", { cx: x(point.x), cy: y(point.line), r: dot, class: "visit" }));
  }
  for (const said of data.labels) {
    const height = top - 6 - said.level * label;
    const lowest = data.points.filter((p) => p.red && Math.abs(p.x - said.x) < 0.012).map((p) => y(p.line));
    picture.append(svg("line", { x1: x(said.x), x2: x(said.x), y1: height + 3, y2: Math.max(top, ...lowest), class: "lead" }));
    picture.append(svg("text", { x: x(said.x), y: height, class: "said", ...anchor(said.x, said.text.length) }, said.text));
  }
  for (const point of data.points.filter((p) => p.red)) {
    picture.append(svg("rect", { x: x(point.x) - dot, y: y(point.line) - dot, width: 2 * dot, height: 2 * dot, class: "flagged" }));
  }
  return picture;
}

/** Keep words inside the picture: near an edge they begin or end at their place. */
function anchor(share, letters = 6) {
  const half = (letters * 6.4) / 2 / (PICTURE.width - PICTURE.left - PICTURE.right);
  if (share + half > 1) return { "text-anchor": "end" };
  return { "text-anchor": share - half < 0 ? "start" : "middle" };
}
