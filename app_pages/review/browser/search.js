// The tabs beside the cases: a search over all visits, and the sample of a month.

function drawFound(rows, none, tab, send) {
  const drawn = rows.map((row) =>
    button(row.on ? "row on" : "row", () => send("visit", { value: row.visit, tab }),
      el("span", { class: row.struck ? "when struck" : "when" }, row.when),
      el("b", {}, row.who),
      el("small", { class: `mark ${row.state_tone ?? ""}` }, row.state ?? row.mark),
      el("small", { class: "rest" }, el("i", { class: `dot ${row.tone}` }), row.about)));
  return el("div", { class: "rows" }, drawn.length ? drawn : none ? el("p", { class: "quiet none" }, none) : "");
}

function drawBox(data, send) {
  const { form } = data;
  const submit = (event) => {
    event.preventDefault();
    const { text, first, last } = Object.fromEntries(new FormData(event.target));
    send("find", { value: text, first, last });
  };
  const day = (name, label) => el("label", {}, el("span", {}, label),
    el("input", { name, value: form[name], placeholder: form.day, size: 10, autocomplete: "off" }));
  const within = (first, last) => send("find", { value: boxText(), first, last });
  const boxText = () => box.elements.text.value;
  const box = el("form", { class: "box", on: { submit } },
    el("label", { class: "text" }, el("span", {}, form.label),
      el("input", { name: "text", value: form.text, placeholder: form.hint, autocomplete: "off", spellcheck: "false" })),
    el("div", { class: "days" }, day("first", form.first_label), day("last", form.last_label),
      el("button", { type: "submit", class: "do main" }, form.go, key("F"))),
    el("div", { class: "filters quick" }, form.quick.map((one) => button("filter", () => within(one.first, one.last), one.text))));
  return box;
}

/** Keep what is typed into the box and not yet sent, for when the page is drawn anew meanwhile. */
function keepBox(root) {
  const fields = [...root.querySelectorAll("form.box input")].map((input) => ({
    name: input.name, value: input.value, drawn: input.defaultValue,
    at: input.matches(":focus") ? [input.selectionStart, input.selectionEnd] : null,
  }));
  return () => fields.forEach(({ name, value, drawn, at }) => {
    const input = root.querySelector(`form.box [name="${name}"]`);
    if (!input || input.defaultValue !== drawn) return; // another one was searched for
    input.value = value;
    if (at) input.setSelectionRange(...at);
  });
}

function drawSearch(data, send) {
  const again = () => {
    const { text, first, last } = data.form;
    send("find", { value: text, first, last, as_name: true });
  };
  return [
    el("section", { class: "queue panel" },
      drawBox(data, send),
      data.understood ? el("p", { class: "understood", role: "status" }, data.understood,
        data.as_name ? button("filter", again, data.as_name) : "") : "",
      data.cases.map((one) => button("row incase", () => send("select", { value: one.number }), one.text)),
      drawFound(data.rows, data.none, "search", send),
      data.seen.length
        ? el("div", { class: "foot seen" }, data.more ? button("do", () => send("find_more"), key("I"), data.more) : "",
            el("span", { role: "status" }, data.seen.map((line) => el("span", {}, line))))
        : ""),
    data.visit ? drawVisit(data.visit, send) : el("section", { class: "case panel quiet" }, data.choose),
  ];
}

function drawSample(data, send) {
  const month = el("select", { "aria-label": data.lines[0] ?? "", on: { change: (e) => send("sample", { value: e.target.value }) } },
    data.months.map((one) => el("option", { value: one.value, selected: one.on }, one.text)));
  return [
    el("section", { class: "queue panel" },
      el("div", { class: "box" }, month, data.lines.map((line) => el("p", {}, line))),
      drawFound(data.rows, data.none, "sample", send)),
    data.visit ? drawVisit(data.visit, send) : el("section", { class: "case panel quiet" }, data.choose),
  ];
}

function drawVisit(data, send) {
  const whole = () => el("div", { class: "whole", tabindex: 0 },
    el("dl", { class: "facts" }, data.facts.map(({ label, text }) => el("div", {}, el("dt", {}, label), el("dd", {}, text)))),
    el("div", { class: "picture" }, drawTimeline(data.timeline)),
    el("div", { class: data.parts.length ? "two" : "two alone" }, drawEvidence(data), data.parts.length ? drawWhy(data) : ""),
    el("div", { class: "panels" }, data.panels.map((panel) =>
      el("div", panel.red ? { class: "red" } : {}, el("h2", {}, panel.title), el("ul", {}, panel.lines.map((line) => el("li", {}, line)))))));
  const buttons = () => (
    data.buttons.length
      ? el("div", { class: "buttons" }, data.buttons.map((b) =>
          button(b.main ? "do main" : "do", () => send(b.act, { visit: data.number }), key(b.key), b.text)))
      : "");
  return el("section", { class: "case panel", "data-number": data.number },
    el("div", { class: "head" }, el("h1", {}, data.title)),
    [data.banner, data.judged].filter(Boolean).map((b) => el("p", { class: `banner ${b.tone}`, role: "status" }, b.text)),
    data.barred ? "" : [whole(), buttons()]);
}
