// The bar that takes the newest decision back: its seconds run here, the log decides.

const TICK_MS = 250;

/** Keep the bar and what is not settled yet up to date; `over` is called once when the time is up. */
function openUndo(life, root, over) {
  let until = 0;
  let waits = false;
  const seconds = () => Math.ceil((until - performance.now()) / 1000);

  function tick() {
    if (!waits) return;
    const left = seconds();
    const said = root.querySelector(".undo .left");
    if (said) setText(said, said.dataset.words.replace("{n}", Math.max(left, 0)));
    if (left > 0) return;
    waits = false;
    root.querySelector(".undo")?.remove();
    over();
  }

  life.every(TICK_MS, tick);
  return {
    begin(data) {
      const left = Math.max(data.undo?.seconds ?? 0, data.case?.settles ?? 0);
      until = performance.now() + left * 1000;
      waits = left > 0;
    },
    draw(undo, send) {
      return el("div", { class: "undo", role: "status" },
        el("span", {}, undo.text),
        button("do undoing", () => send("undo"), key("U"), undo.undo),
        el("span", { class: "left", "data-words": undo.left, "aria-hidden": "true" }, undo.left.replace("{n}", seconds())));
    },
  };
}
