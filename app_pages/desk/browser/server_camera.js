// A camera of the server: its picture is asked for, its cards are told by number.

const ASK_MS = 200;

function openServerCamera(desk, picture) {
  const appearance = openAppearance();
  let asking = false;
  let nextAsk = 0;

  /** Each card once, over reloads too; what was seen before any page was open is nobody's. */
  function news({ boot, number, payloads }) {
    const known = memory.read("camera", null);
    const first = known?.boot !== boot;
    if (first || known.number !== number) memory.write("camera", { boot, number });
    if (!first && number > known.number) desk.scan("camera", payloads);
  }

  async function ask() {
    asking = true;
    const seen = await desk.server.post("/kiosk/camera", "text/plain", "");
    asking = false;
    nextAsk = performance.now() + (seen.status === 200 ? ASK_MS : 1000);
    if (desk.life.over || seen.status !== 200) return;
    if (seen.picture) picture.src = `data:image/jpeg;base64,${seen.picture}`;
    desk.view.camera(seen.state === "live" ? "live" : seen.state === "failed" ? "server_camera_failed" : "camera_starting");
    const told = appearance.isUnread(seen.in_view, seen.unread, performance.now());
    desk.view.aim(told ? "unread" : "");
    desk.pending.looked(seen.unread || seen.in_view, seen.unread);
    news(seen);
    if (seen.in_view && desk.pending.isAnother(seen.payloads)) desk.scan("camera", seen.payloads);
  }

  desk.life.every(100, () => {
    const wanted = desk.data.server_camera && !document.hidden && desk.server.usable();
    if (wanted && !asking && performance.now() >= nextAsk) ask();
  });
}
