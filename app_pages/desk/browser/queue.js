// What a received visit adds: the day's number, large at the answer and small in the list, and the room.

/** The number beside what the band says of receiving. */
function drawQueue(queue) {
  return queue && el("p", { class: "queue" }, el("small", {}, queue.label), " ", el("b", {}, queue.value));
}

/** The question of the room below the band, in sight with all its answers. */
function drawRooms(rooms, drawChoices) {
  return rooms && el("section", { class: "rooms" }, el("p", {}, rooms.text), drawChoices(rooms));
}

/** The question whose answers Alt+1 to Alt+9 choose: what decides about the patient comes before the room. */
const askedOf = (answer) => (answer?.note?.choices?.length ? answer.note : answer?.rooms);

/** The number of a visit in the list, struck through with its row where the visit was undone. */
function drawRowNumber({ turn, room }) {
  return [turn != null && el("b", { class: "row-number" }, turn), room && el("span", { class: "row-room" }, room)];
}
