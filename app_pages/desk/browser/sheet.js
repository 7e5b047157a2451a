// A sheet that Python asks for: that of a portal that failed is kept as a file, that of a shift opens beside
// the desk, and is kept as a file too where the browser opens no window.

const SHEET_MS = 30000;

function openSheet(desk) {
  async function fetchSheet(sheet) {
    try {
      const headers = { "X-Kiosk-Token": desk.data.token };
      const reply = await fetch(sheet.path, { cache: "no-store", headers, signal: AbortSignal.timeout(SHEET_MS) });
      if (!reply.ok) throw new Error(String(reply.status));
      const address = URL.createObjectURL(await reply.blob());
      const link = el("a", { href: address, download: sheet.name });
      document.body.append(link);
      link.click();
      link.remove();
      setTimeout(() => URL.revokeObjectURL(address), SHEET_MS);
    } catch {
      desk.say("sheet_failed", "no");
    }
    if (!desk.field()) desk.box.focus();
  }

  return {
    /** Fetch what Python asked for; the same one is never fetched again, after a reload neither. */
    show(sheet) {
      if (!sheet || sheet.id === memory.read("sheet", null)) return;
      memory.write("sheet", sheet.id);
      if (!sheet.window || !openBeside(sheet.path)) fetchSheet(sheet);
    },
  };
}
