// The day's number: large at the answer, small in the list.

/** The number beside the band's words. */
function drawQueue(queue) {
  return queue && el("p", { class: "queue" }, el("small", {}, queue.label), " ", el("b", {}, queue.value),
    el("small", { class: "queue-when" }, queue.when));
}

/** The number of a visit in the list, struck through with its row where the visit was undone. */
function drawRowNumber({ number, room }) {
  return [number != null && el("b", { class: "row-number" }, number), room && el("span", { class: "row-room" }, room)];
}
