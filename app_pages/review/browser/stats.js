// Figures: flags by day and rule as stacked bars, outcomes and precision by rule as a table.

const HUES = ["#b3261e", "#0a4d8c", "#d99a00", "#0b7a3b", "#6a3d9a", "#35546b", "#c2185b", "#00838f", "#8d6e63", "#7cb342", "#f57c00",
  "#5c6bc0", "#9e9d24", "#ad1457", "#26a69a", "#546e7a", "#d4a5a5"];
const CHART = { width: 1280, height: 230, left: 34, bottom: 22 };

function drawDays(stats) {
  const { width, height, left, bottom } = CHART;
  const most = Math.max(4, ...stats.days.map((day) => day.counts.reduce((a, b) => a + b, 0)));
  const wide = (width - left) / stats.days.length;
  const tall = (height - bottom - 8) / most;
  const chart = svg("svg", { viewBox: `0 0 ${width} ${height}`, class: "chart", role: "img" });
  for (const share of [0, 0.5, 1]) {
    const value = Math.round(most * share);
    const y = height - bottom - value * tall;
    chart.append(svg("line", { x1: left, x2: width, y1: y, y2: y, class: share ? "grid" : "axis" }));
    chart.append(svg("text", { x: left - 8, y: y + 4, class: "day", "text-anchor": "end" }, String(value)));
  }
  stats.days.forEach((day, at) => {
    let y = height - bottom;
    day.counts.forEach((count, rule) => {
      if (!count) return;
      y -= count * tall;
      const bar = svg("rect", { x: left + at * wide + 4, y, width: wide - 8, height: count * tall - 1, fill: HUES[rule % HUES.length] });
      bar.append(svg("title", {}, `${day.text} ${stats.rules[rule].id}: ${count}`));
      chart.append(bar);
    });
    if (at % 3 === 2) chart.append(svg("text", { x: left + (at + 0.5) * wide, y: height - 6, class: "day", "text-anchor": "middle" }, day.text));
  });
  return chart;
}

function drawStats(stats) {
  const legend = stats.rules.map((rule, at) =>
    el("li", {}, el("i", { style: `background:${HUES[at % HUES.length]}` }), `${rule.id} ${rule.text}`));
  const rows = stats.outcomes.map((row) =>
    el("tr", {}, el("td", {}, row.rule), row.counts.map((n) => el("td", { class: "count" }, String(n))), el("td", { class: "count strong" }, row.share)));
  return el("section", { class: "stats panel" },
    el("p", { class: "waiting" }, stats.waiting),
    el("h2", {}, stats.days_title),
    stats.rules.length ? [drawDays(stats), el("ul", { class: "legend" }, legend)] : el("p", { class: "quiet" }, stats.none),
    el("h2", {}, stats.outcomes_title),
    rows.length
      ? el("table", {}, el("tr", {}, stats.heads.map((head, at) => el("th", at ? { class: "count" } : {}, head))), rows)
      : el("p", { class: "quiet" }, stats.none));
}
