// <insert-words>: a list of words beside a form; pressing one puts it into the text where one was writing last.
// Without a script the words can be read there, and typed.
class InsertWords extends HTMLElement {
  #field = null;

  connectedCallback() {
    const form = document.getElementById(this.getAttribute("for"));
    if (!form) return;
    form.addEventListener("focusin", (event) => {
      if (event.target.matches("textarea")) this.#field = event.target;
    });
    for (const words of this.querySelectorAll("code")) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button quiet";
      button.textContent = words.textContent;
      button.title = `${this.getAttribute("label")} ${words.textContent}`;
      button.addEventListener("click", () => this.#insert(this.#field ?? form.querySelector("textarea"), words.textContent));
      words.replaceWith(button);
    }
  }

  #insert(field, text) {
    if (!field) return;
    field.focus();
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
customElements.define("insert-words", InsertWords);
