// A wrong number in the box: put back with the wrong character selected, and what it may have been.

function openRepair(desk, box, input, place) {
  let kept = null; // a wrong number that was put back, and the answer that says so
  let offer = null;
  let offered = ""; // what stood in the box when that was offered

  function draw() {
    const shown = current() && button("choice", () => take(1), el("kbd", {}, "Alt 1"), offer.say);
    place.replaceChildren(...(shown ? [shown] : []));
  }

  const current = () => (offer && input.value === offered ? offer : null);

  /** Offer what Python says of what stands in the box; nothing where it says nothing. */
  function put(given) {
    offer = given ?? null;
    offered = input.value;
    draw();
  }

  function take(index) {
    const found = index === 1 ? current() : null;
    if (!found) return false;
    put(null);
    if (found.whole) box.submit(found.text);
    else box.replace(found.text);
    return true;
  }

  const isKept = () => Boolean(kept) && input.value === kept.typed;

  return {
    put,
    take,
    draw,
    /** What stands in the box is the number that the answer on the screen is about. */
    isTold: () => isKept() && desk.view.answer()?.id === kept.id,
    /** Put the wrong number of the answer back; that of an answer that is gone goes too. */
    show(given) {
      if ((given?.id ?? null) === (kept?.id ?? null)) return;
      const old = isKept();
      kept = given ?? null;
      if (old) box.clear();
      if (!kept || input.value) return;
      box.replace(kept.typed);
      if (kept.wrong) input.setSelectionRange(...kept.wrong);
      box.tell(kept);
    },
  };
}
