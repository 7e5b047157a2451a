// The manual beside the page: one window for all of it, which is used again.

const BESIDE = "kiosk-sach";

/** Open an address beside the page; false where the browser does not let it. */
function openBeside(address) {
  const opened = window.open(address, BESIDE);
  opened?.focus();
  return opened !== null;
}

/** A link that opens it by a click, which no browser blocks; the focus stays where it is. */
function besideLink(address, kind, clicked, ...children) {
  const keep = (event) => event.preventDefault();
  return el("a", { href: address, target: BESIDE, class: kind, on: { pointerdown: keep, mousedown: keep, click: clicked } }, ...children);
}
