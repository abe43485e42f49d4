/**
 * Puts components into their places on a record page of the local org.
 *
 * The page says in globalThis.stage who looks at which record: {recordId, objectApiName}. A place is an element with
 * data-component and the properties of the page in data-properties; a button with data-action opens the component of a
 * quick action.
 */
import { createElement } from 'lwc';

const CLOSE = 'lightning__actionsclosescreen';

export function present(components) {
    globalThis.navigate = (address) => globalThis.location.assign(address);
    for (const place of document.querySelectorAll('[data-component]')) {
        const element = made(components, place.dataset.component);
        Object.assign(element, globalThis.stage.record, JSON.parse(place.dataset.properties ?? '{}'));
        place.replaceChildren(element);
    }
    for (const button of document.querySelectorAll('button[data-action]')) {
        button.addEventListener('click', () => open(components, button));
        button.disabled = false;
    }
}

function made(components, name) {
    const tag = `c-${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    return createElement(tag, { is: components[name] });
}

function open(components, button) {
    const element = made(components, button.dataset.action);
    const behind = [...document.querySelectorAll('body > *')];
    const close = () => {
        element.remove();
        document.removeEventListener('keydown', onKey);
        behind.forEach((part) => part.removeAttribute('inert'));
        button.focus();
    };
    const onKey = ({ key }) => key === 'Escape' && close();
    element.addEventListener(CLOSE, close);
    document.addEventListener('keydown', onKey);
    document.body.append(element);
    behind.forEach((part) => part.setAttribute('inert', ''));
    // A quick action is given its record only when it is already on the page.
    Object.assign(element, globalThis.stage.record);
}
