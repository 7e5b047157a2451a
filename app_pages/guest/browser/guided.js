// A step of the guide, as large as the window lets all of it be: nothing is ever cut off.

const GUIDE_LARGEST = 0.075; // of the window's shorter side, for the letters of the parts
const GUIDE_SMALLEST_PX = 12;
const GUIDE_ENGLISH_FROM_PX = 17; // below this the English goes, so that the Vietnamese can be read
let guideDrawn = "";

function guideNode(tag, kind, lang, direction, ...inside) {
  const node = document.createElement(tag);
  if (kind) node.className = kind;
  if (lang) node.lang = lang;
  if (direction) node.dir = direction;
  node.append(...inside.filter((one) => one !== null));
  return node;
}

/** The Vietnamese, or the patient's own language, and the English smaller behind it. */
function guideBoth(tag, kind, text, lang = null, direction = null) {
  const english = text.en ? guideNode("small", "", "en", "ltr", text.en) : null;
  return guideNode(tag, kind, lang, direction, guideNode("span", "", null, null, text.vi), english);
}

function guidePart({ kind, label, text }) {
  return guideNode("div", `part ${kind}`, null, null, guideBoth("h3", "", label), guideBoth("p", "", text));
}

function guideChildren(guide) {
  const head = guideNode("header", "", null, null,
    guideBoth("h1", "", guide.title, guide.lang, guide.direction),
    guideBoth("p", "count", guide.count));
  const lines = guide.lines.map((line) => guideNode("li", "", null, null, line));
  return [
    head,
    guide.do && guideBoth("h2", "do", guide.do),
    guide.parts.length > 0 ? guideParts(guide.parts) : null,
    lines.length > 0 ? guideNode("ol", "lines", guide.lang, guide.direction, ...lines) : null,
    ...guide.foot.map((line) => guideBoth("p", "foot", line)),
  ].filter((one) => one);
}

function guideFits(section, px) {
  section.style.setProperty("--letters", `${px}px`);
  return section.scrollHeight <= section.clientHeight && section.scrollWidth <= section.clientWidth;
}

/** Give a longer part more of the width, so that all letters may be larger. */
function guideParts(parts) {
  const node = guideNode("div", "parts", null, null, ...parts.map(guidePart));
  const lengths = parts.map(({ text }) => text.vi.length);
  const widths = lengths.map((length) => `minmax(0, ${Math.max(length, Math.max(...lengths) / 2)}fr)`);
  node.style.setProperty("--widths", widths.join(" "));
  return node;
}

/** Find the largest letters with which all of it is in sight; the English goes before they are tiny. */
function fitGuide() {
  const section = byId("guide");
  if (section.hidden) return;
  const largest = Math.floor(Math.min(innerWidth, innerHeight) * GUIDE_LARGEST);
  for (const [english, smallest] of [[true, GUIDE_ENGLISH_FROM_PX], [false, GUIDE_SMALLEST_PX]]) {
    section.classList.toggle("alone", !english);
    for (let px = largest; px >= smallest; px -= 1) if (guideFits(section, px)) return;
  }
}

/** Draw it anew only where it is another one: what is being read does not jump. */
function drawGuide(guide) {
  const section = byId("guide");
  const now = guide ? JSON.stringify(guide) : "";
  if (now === guideDrawn) return;
  guideDrawn = now;
  section.hidden = !guide;
  document.querySelector("main").hidden = Boolean(guide);
  section.replaceChildren(...(guide ? guideChildren(guide) : []));
  fitGuide();
}

addEventListener("resize", fitGuide);
document.fonts?.addEventListener("loadingdone", fitGuide);
