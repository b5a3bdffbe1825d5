// A form that takes a while says so, and is not sent twice.
export function guardForms() {
  addEventListener("submit", ({ target, submitter }) => {
    if (target.method !== "post" || !submitter) return;
    const words = target.dataset.busy ?? "One moment …";
    setTimeout(() => {
      submitter.dataset.words = submitter.textContent;
      submitter.disabled = true;
      submitter.textContent = words;
    });
  });
  // A page that comes back from the browser's memory has buttons that work again.
  addEventListener("pageshow", () => {
    for (const button of document.querySelectorAll("button[data-words]")) {
      button.disabled = false;
      button.textContent = button.dataset.words;
      delete button.dataset.words;
    }
  });
}
