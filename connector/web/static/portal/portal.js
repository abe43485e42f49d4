// Comfort only: every form works without it.
'use strict';

// A form that was sent cannot be sent again by a second click.
document.addEventListener('submit', (event) => {
    for (const button of event.target.querySelectorAll('button:not([name])')) {
        button.disabled = true;
        window.setTimeout(() => { button.disabled = false; }, 8000);
    }
});

// On a phone the navigation is wider than the screen: it begins where the page is.
document.addEventListener('DOMContentLoaded', () => {
    const here = document.querySelector('.places [aria-current]');
    if (here) here.closest('.places').scrollLeft = here.offsetLeft - here.offsetWidth;
});

// Requests of htmx carry the token that forms carry in a field.
document.addEventListener('htmx:configRequest', (event) => {
    const token = document.querySelector('input[name=csrf_token]');
    if (token) event.detail.headers['X-CSRF-Token'] = token.value;
});

// A button that copies the words of another element, where the browser lets pages do that.
document.addEventListener('DOMContentLoaded', () => {
    if (!navigator.clipboard) return;
    for (const button of document.querySelectorAll('[data-copy]')) button.hidden = false;
});
document.addEventListener('click', async (event) => {
    const button = event.target.closest('[data-copy]');
    if (!button) return;
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = 'Copied';
});
