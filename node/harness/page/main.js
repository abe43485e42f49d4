import '@lwc/synthetic-shadow';
import { createElement } from 'lwc';
import GiftPanel from 'c/giftPanel';
import GiftSelection from 'c/giftSelection';
import SendGiftAction from 'c/sendGiftAction';

const COMPONENTS = {
    giftPanel: ['c-gift-panel', GiftPanel],
    giftSelection: ['c-gift-selection', GiftSelection],
    sendGiftAction: ['c-send-gift-action', SendGiftAction]
};

const { component, properties } = globalThis.scenario;
const [tag, is] = COMPONENTS[component];
const element = createElement(tag, { is });
document.querySelector('main').append(element);
// A quick action is given its record only when it is already on the page.
Object.assign(element, properties);
window.closings = 0;
element.addEventListener('lightning__actionsclosescreen', () => window.closings++);
