// Regions that follow the server: <div data-live="ADDRESS"> is fetched again
//   on every event of data-events (server-sent), every data-every seconds, or after the region named by data-after
//   (with data-when="stage", only when one more stage is done).
import { morph, remember } from "./morph.js";
import { localize } from "./times.js";

const pause = 700;

export function watch() {
  const regions = [...document.querySelectorAll("[data-live]")].map((element) => new Region(element));
  for (const region of regions) region.follow(regions);
}

class Region {
  #again = false;
  #busy = false;
  #listening = false;
  #said = "";
  #html = "";
  #done;

  constructor(element) {
    this.element = element;
    remember(element);
    this.followers = [];
  }

  follow(regions) {
    const { events, every, after } = this.element.dataset;
    if (after) regions.find((r) => r.element.id === after)?.followers.push(this);
    if (every) setInterval(() => document.hidden || this.refresh(), 1000 * Number(every));
    if (events) this.#tune();
  }

  // What is at work sends events; what has stopped may go on, by this page or another program, and is asked now and then.
  #tune() {
    if (this.#listening || this.element.querySelector("[data-over]")) return;
    if (this.element.querySelector("[data-going]")) this.listen(this.element.dataset.events);
    else setTimeout(() => this.refresh().then(() => this.#tune()), 3000);
  }

  listen(address) {
    const source = new EventSource(address);
    this.#listening = true;
    let lost = false;
    source.onopen = () => {
      if (lost) say("Connected again.");
      lost = false;
      this.refresh();
    };
    source.onerror = () => {
      if (!lost && source.readyState !== EventSource.CLOSED) say("The server does not answer; trying again.");
      lost = true;
    };
    source.addEventListener("run", () => this.refresh());
    source.addEventListener("end", () => {
      source.close();
      this.#listening = false;
      this.refresh().then(() => this.#tune());
    });
    addEventListener("pagehide", () => source.close());
  }

  // One request at a time; what happens meanwhile is answered by one more.
  async refresh() {
    if (this.#busy) {
      this.#again = true;
      return;
    }
    this.#busy = true;
    try {
      do {
        this.#again = false;
        await this.#fetch();
        await new Promise((done) => setTimeout(done, pause));
      } while (this.#again);
    } finally {
      this.#busy = false;
    }
  }

  async #fetch() {
    let answer;
    try {
      answer = await fetch(this.element.dataset.live, { headers: { Accept: "text/html" } });
    } catch {
      return; // the event source tells that the server is away
    }
    if (!answer.ok) return;
    const html = await answer.text();
    if (html === this.#html) return;
    this.#html = html;
    morph(this.element, html);
    localize(this.element);
    this.#announce();
    this.#lead();
  }

  // Some regions change with every event, others only when a stage has ended.
  #lead() {
    const done = this.element.querySelector("[data-done]")?.dataset.done ?? "";
    for (const follower of this.followers) if (follower.element.dataset.when !== "stage" || done !== this.#done) follower.refresh();
    this.#done = done;
  }

  #announce() {
    const words = this.element.querySelector("[data-say]")?.dataset.say ?? "";
    if (words && words !== this.#said) say(words, true);
    this.#said = words;
  }
}

// For screen readers; shown on the screen too where it is news there.
export function say(words, quietly = false) {
  const place = document.getElementById(quietly ? "whispers" : "says");
  place.textContent = words;
  if (!quietly) setTimeout(() => place.textContent === words && (place.textContent = ""), 6000);
}
