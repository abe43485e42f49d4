import { createElement } from 'lwc';
import GiftProgress from 'c/giftProgress';

const STEPS = [{ label: 'Sent', date: '2026-03-02T15:00:00.000Z' }, { label: 'Clicked' }, { label: 'Submitted' }];

function show(properties) {
    const element = Object.assign(createElement('c-gift-progress', { is: GiftProgress }), {
        name: 'Progress of mugs',
        steps: STEPS,
        ...properties
    });
    document.body.append(element);
    return [...element.shadowRoot.querySelectorAll('li')];
}

describe('c-gift-progress', () => {
    afterEach(() => document.body.replaceChildren());

    it('marks done and open steps, and the one the gift has reached', () => {
        const items = show({ reached: 2 });

        expect(items.map((item) => item.className)).toEqual(['step step_done', 'step step_done', 'step step_open']);
        expect(items.map((item) => item.getAttribute('aria-current'))).toEqual([null, 'step', null]);
        expect(items.map((item) => item.textContent)).toEqual([
            'c.Gift_Panel_Step_Done_On',
            'c.Gift_Panel_Step_Done',
            'c.Gift_Panel_Step_Not_Yet'
        ]);
    });

    it('says of a stopped gift that the rest will not happen', () => {
        const items = show({ reached: 1, stopped: true });

        expect(items[2].className).toBe('step step_never');
        expect(items[2].textContent).toBe('c.Gift_Panel_Step_Never');
    });

    it('has no current step before the first', () => {
        const items = show({ reached: 0 });

        expect(items.filter((item) => item.hasAttribute('aria-current'))).toEqual([]);
    });

    it('shows two steps that a language calls the same', () => {
        const complaints = jest.spyOn(console, 'error').mockImplementation(() => {});

        const items = show({ steps: [{ label: 'Accepted' }, { label: 'Accepted' }], reached: 1 });

        expect(items.map((item) => item.className)).toEqual(['step step_done', 'step step_open']);
        expect(complaints).not.toHaveBeenCalled();
        complaints.mockRestore();
    });

    it('is a named list to screen readers', async () => {
        const [item] = show({ reached: 1 });

        expect(item.parentElement.getAttribute('aria-label')).toBe('Progress of mugs');
        await expect(item.parentElement).toBeAccessible();
    });
});
