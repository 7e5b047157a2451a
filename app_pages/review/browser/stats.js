// Figures: a line a rule with a bar a day, so that no colour has to be told from another; outcomes as
// bars whose parts differ by pattern as well, each with its count in it.

const CHART = { width: 1280, label: 300, total: 46, line: 27, bar: 18, axis: 18 };

function drawDays(data) {
  const { width, label, total, line, bar, axis } = CHART;
  const [all, ...rules] = data.rows;
  const most = (rows) => Math.max(1, ...rows.flatMap((row) => row.counts));
  const scales = [most([all]), ...rules.map(() => most(rules))];
  const wide = (width - label - total) / data.days.length;
  const height = data.rows.length * line + axis;
  const chart = svg("svg", { viewBox: `0 0 ${width} ${height}`, class: "chart", role: "img", "aria-label": data.title });
  data.rows.forEach((row, at) => {
    const base = at * line + line - 4;
    const sum = row.counts.reduce((a, b) => a + b, 0);
    const strong = at ? "" : " strong";
    chart.append(svg("line", { x1: 0, x2: width, y1: base + 0.5, y2: base + 0.5, class: at ? "grid" : "axis" }));
    chart.append(svg("text", { x: 0, y: base - 4, class: `rule${strong}` }, `${row.id} ${row.text}`.trim()));
    chart.append(svg("text", { x: width, y: base - 4, class: `sum${strong}`, "text-anchor": "end" }, String(sum)));
    row.counts.forEach((count, day) => {
      if (!count) return;
      const tall = Math.max(3, (count / scales[at]) * (bar - 8));
      const x = label + day * wide;
      const drawn = svg("rect", { x: x + 4, y: base - tall, width: wide - 8, height: tall, class: at ? "flags" : "flags every" });
      drawn.append(svg("title", {}, `${data.days[day]} ${row.id}: ${count}`));
      chart.append(drawn, svg("text", { x: x + wide / 2, y: base - tall - 2, class: `n${strong}`, "text-anchor": "middle" }, String(count)));
    });
  });
  data.days.forEach((day, at) => {
    if ((data.days.length - 1 - at) % 3) return;
    chart.append(svg("text", { x: label + (at + 0.5) * wide, y: height - 3, class: "day", "text-anchor": "middle" }, day));
  });
  return chart;
}

function drawOutcomes(data) {
  const most = Math.max(1, ...data.rows.map((row) => row.counts.reduce((a, b) => a + b, 0)));
  const bars = (row) => el("td", { class: "bars" }, el("span", { style: `width:${(100 * row.counts.reduce((a, b) => a + b, 0)) / most}%` },
    row.counts.map((n, at) => (n
      ? el("i", { class: `part ${data.kinds[at].id}`, style: `flex:${n}`, title: `${data.kinds[at].text}: ${n}` }, el("b", {}, String(n)))
      : ""))));
  return [
    el("ul", { class: "legend" }, data.kinds.map((kind) => el("li", {}, el("i", { class: `part ${kind.id}` }), kind.text))),
    el("table", { class: "outcomes" },
      el("tr", {}, data.heads.map((head, at) => el("th", at > 1 ? { class: "count" } : {}, head))),
      data.rows.map((row) => el("tr", {}, el("td", {}, row.rule), bars(row), el("td", { class: "count strong" }, row.share)))),
  ];
}

function drawSamples(data) {
  return el("table", { class: "samples" },
    el("tr", {}, data.heads.map((head, at) => el("th", at ? { class: "count" } : {}, head))),
    data.rows.map((row) => el("tr", {}, row.map((cell, at) => el("td", at ? { class: at > 3 ? "count strong" : "count" } : {}, cell)))));
}

function drawStats(stats) {
  return el("section", { class: "stats panel" },
    el("p", { class: "waiting" }, stats.waiting),
    el("h2", {}, stats.days.title),
    stats.days.rows.length ? drawDays(stats.days) : el("p", { class: "quiet" }, stats.none),
    el("div", { class: "pair-of" },
      el("div", {}, el("h2", {}, stats.outcomes.title),
        stats.outcomes.rows.length ? drawOutcomes(stats.outcomes) : el("p", { class: "quiet" }, stats.none)),
      el("div", {}, el("h2", {}, stats.samples.title),
        stats.samples.rows.length ? drawSamples(stats.samples) : el("p", { class: "quiet" }, stats.samples.none))));
}
