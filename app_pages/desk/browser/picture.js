// A picture of a card, chosen or dropped: sent to the server, which finds the codes.

const MOST_BYTES = 10000000;
// HEIC is left out on purpose: an iPhone then hands over a JPEG by itself.
const PICTURE_TYPES =
  "image/png,image/jpeg,image/webp,image/gif,image/bmp,image/tiff,image/avif,application/pdf";
const PICTURE_TROUBLE = { 0: "server_away", 413: "picture_too_big", 429: "picture_busy" };

function openPicture(desk, chooser) {
  async function read(file) {
    if (file.size > MOST_BYTES) return desk.say("picture_too_big", "wait");
    desk.say("picture_reading", "");
    desk.pending.pictured(true);
    const answer = await desk.server.post("/kiosk/picture", file.type || "image/jpeg", file);
    if (desk.life.over) return undefined;
    desk.pending.pictured(false);
    if (answer.status !== 200) return desk.say(PICTURE_TROUBLE[answer.status] ?? "picture_failed", "wait");
    if (!answer.payloads?.length) {
      return answer.text ? desk.view.toast(answer.text, "wait") : desk.say("picture_no_code", "wait");
    }
    desk.view.toast(answer.text, answer.text ? "wait" : "");
    return desk.scan("picture", answer.payloads);
  }

  function chosen() {
    const [file] = chooser.files;
    if (file) read(file);
    chooser.value = "";
    desk.box.focus();
  }

  function drop(event) {
    event.preventDefault();
    desk.view.dropping(false);
    const [file] = event.dataTransfer?.files ?? [];
    if (file) read(file);
  }

  function over(event) {
    event.preventDefault();
    desk.view.dropping(event.dataTransfer?.types.includes("Files"));
  }

  desk.life.listen(chooser, "change", chosen);
  desk.life.listen(window, "dragover", over);
  desk.life.listen(window, "dragleave", (event) => event.relatedTarget ?? desk.view.dropping(false));
  desk.life.listen(window, "drop", drop);
}
