import { createElement } from 'lwc';
import GiftNotice from 'c/giftNotice';

function show(properties) {
    const element = Object.assign(createElement('c-gift-notice', { is: GiftNotice }), properties);
    document.body.append(element);
    return element.shadowRoot;
}

describe('c-gift-notice', () => {
    afterEach(() => document.body.replaceChildren());

    it.each([
        ['info', 'status', 'utility:info_alt', undefined],
        ['warning', 'status', 'utility:warning', 'warning'],
        ['error', 'alert', 'utility:error', 'error']
    ])('speaks as %s', (variant, role, iconName, iconVariant) => {
        const root = show({ message: 'Something to know.', variant });

        expect(root.querySelector('p').textContent).toBe('Something to know.');
        expect(root.firstElementChild.getAttribute('role')).toBe(role);
        expect(root.querySelector('lightning-icon')).toMatchObject({ iconName, variant: iconVariant });
    });
});
