// The slip: drawn beside the page where only a printer looks, printed once, and taken away again.

const MM = 96 / 25.4; // pixels of CSS in a millimetre
const SLIP_GONE_MS = 60000; // where a browser does not say that it has printed
// While a slip is there a printer gets it alone; on the screen it takes no room and nobody reads it.
const SLIP_PAGE_CSS = `
@media screen { .kiosk-slip { position: fixed !important; left: -9999px; top: 0; visibility: hidden; } }
@media print {
  html, body { height: auto !important; min-height: 0 !important; overflow: visible !important; background: #fff !important; }
  body > :not(.kiosk-slip) { display: none !important; }
}`;
const ROLL_MM = 80;

function openSlip(desk) {
  let host = null;
  let style = null;
  let timer = 0;

  function clear() {
    clearTimeout(timer);
    host?.remove();
    style?.remove();
    host = style = null;
  }

  const both = (text, kind = "") => [
    el("span", { class: kind, lang: "vi" }, text.vi), text.en && el("small", { lang: "en" }, text.en),
  ];

  function drawRow({ label, value, notes }) {
    return el("div", { class: "row" }, el("dt", {}, both(label)), el("dd", {}, both(value, "value"),
      notes.map((note) => el("p", { class: "said" }, both(note)))));
  }

  function drawPart({ title, lines }) {
    return el("section", {}, title.vi && el("h2", {}, both(title)),
      el(title.vi && lines.length > 1 ? "ul" : "div", {},
        lines.map((line) => el(title.vi && lines.length > 1 ? "li" : "p", {}, both(line)))));
  }

  function draw(slip) {
    return el("article", { class: `slip paper-${slip.paper}` },
      el("header", {}, el("b", {}, slip.facility), el("span", {}, slip.when)),
      el("h1", {}, both(slip.title)),
      slip.number && el("p", { class: "number" }, both(slip.number.label), el("b", {}, slip.number.value)),
      el("p", { class: "name" }, slip.name), el("p", { class: "about" }, slip.about),
      slip.rows.length > 0 && el("dl", {}, slip.rows.map(drawRow)), slip.parts.map(drawPart),
      el("footer", {}, slip.foot.map((line) => el("p", {}, both(line)))));
  }

  /** The back: the second side of a sheet, a second piece of the roll. */
  function drawBack({ paper, facility, back }) {
    return el("article", { class: `slip back paper-${paper}` },
      el("header", {}, el("b", {}, facility)), el("h1", {}, both(back.title)),
      el("ol", {}, back.lines.map((line) => el("li", {}, both(line)))),
      el("footer", {}, back.foot.map((line) => el("p", {}, both(line)))));
  }

  /** A roll is cut where each piece ends; a sheet has its size. */
  function pageOf(slip, drawn, name = "") {
    if (slip.paper === "a5") return `@page ${name} { size: A5 portrait; margin: 0; }`;
    return `@page ${name} { size: ${ROLL_MM}mm ${Math.ceil(drawn.offsetHeight / MM) + 1}mm; margin: 0; }`;
  }

  function print(slip) {
    clear();
    host = el("div", { class: "kiosk-slip" });
    const [front, back] = [draw(slip), slip.back && drawBack(slip)];
    host.attachShadow({ mode: "open" }).append(el("style", {}, slip.css), front, ...(back ? [back] : []));
    document.body.append(host);
    const pages = pageOf(slip, front) + (back ? pageOf(slip, back, "kiosk-back") : "");
    style = el("style", {}, SLIP_PAGE_CSS, pages);
    document.head.append(style);
    timer = setTimeout(clear, SLIP_GONE_MS);
    try {
      window.print();
    } catch {
      clear();
      desk.say("slip_failed", "no");
    }
  }

  desk.life.listen(window, "afterprint", () => {
    clear();
    if (!desk.field()) desk.box.focus();
  });

  return {
    /** Print what Python asked for; the same one is never printed again, after a reload neither. */
    show(slip) {
      if (!slip || slip.id === memory.read("slip", null)) return;
      memory.write("slip", slip.id);
      setTimeout(print, 0, slip); // the answer is drawn before the dialog stands over it
    },
    close: clear,
  };
}
