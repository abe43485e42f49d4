import UNKNOWN_ERROR from '@salesforce/label/c.Gift_Panel_Unknown_Error';

/** The template of a label with its {0}, {1}... replaced by the values; a number without a value stays as it is. */
export function fill(template, ...values) {
    return template.replace(/\{(\d+)\}/g, (placeholder, index) => values[index] ?? placeholder);
}

/** What a wire's error says, in one line. Its body is one object, a list of them, or missing when the network failed. */
export function reasonOf(error) {
    const problems = [error?.body ?? []].flat();
    const messages = problems.map((problem) => problem.message).filter(Boolean);
    return messages.join(' ') || error?.message || error?.statusText || UNKNOWN_ERROR;
}

/** The address when it is one of the web, otherwise undefined: fields can hold anything, javascript: included. */
export function webAddress(text) {
    return /^https?:\/\/[^\s]+$/i.test(text ?? '') ? text : undefined;
}
