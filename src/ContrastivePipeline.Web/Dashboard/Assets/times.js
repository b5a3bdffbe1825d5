// Times in the reader's own time zone, and "3 minutes ago" that stays true.
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });

export function tellTimes() {
  localize(document);
  for (const log of document.querySelectorAll(".log")) log.scrollTop = log.scrollHeight;
  setInterval(() => localize(document), 20_000);
}

export function localize(root) {
  for (const element of root.querySelectorAll("time[datetime]")) {
    const at = new Date(element.dateTime);
    const words = element.classList.contains("clock") ? clock.format(at) : ago((Date.now() - at) / 1000);
    if (element.textContent !== words) element.textContent = words;
    element.title = full.format(at);
  }
}

function ago(seconds) {
  if (seconds < 45) return "just now";
  const [count, unit] =
    seconds < 59.5 * 60 ? [Math.max(1, Math.round(seconds / 60)), "minute"]
    : seconds < 23.5 * 3600 ? [Math.round(seconds / 3600), "hour"]
    : [Math.round(seconds / 86400), "day"];
  if (unit === "day" && count === 1) return "yesterday";
  return `${count} ${unit}${count === 1 ? "" : "s"} ago`;
}
