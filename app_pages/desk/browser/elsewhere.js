// The keys go to another window: a scanner would type there, and this page would not know of it.

const ELSEWHERE_MS = 300;

function openElsewhere(desk) {
  let drawn = false;

  function check() {
    const elsewhere = !document.hasFocus();
    if (elsewhere === drawn) return;
    drawn = elsewhere;
    desk.view.showWords();
  }

  for (const type of ["focus", "blur"]) desk.life.listen(window, type, check);
  desk.life.every(ELSEWHERE_MS, check); // a page that was never in front is told by neither
}
