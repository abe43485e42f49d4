import SendGiftAction from 'c/sendGiftAction';
import { all, close, open } from 'org';

const notices = (element) => all(element, 'c-gift-notice').map(({ message, variant }) => ({ message, variant }));

describe('c-send-gift-action', () => {
    afterEach(close);

    it('links to the sending page and closes when the link is followed', async () => {
        const action = await open(SendGiftAction, 'action');
        const closed = jest.fn();
        action.addEventListener('lightning__actionsclosescreen', closed);

        const [link] = all(action, 'a');
        link.click();

        expect(link.href).toContain('https://gifts.example.com/send?');
        expect(link).toMatchObject({ target: '_blank', rel: 'noopener noreferrer' });
        expect(closed).toHaveBeenCalledTimes(1);
    });

    it('can be canceled', async () => {
        const action = await open(SendGiftAction, 'action');
        const closed = jest.fn();
        action.addEventListener('lightning__actionsclosescreen', closed);

        all(action, 'lightning-button')[0].click();

        expect(closed).toHaveBeenCalledTimes(1);
    });

    it.each([
        ['action with opt-out', 'c.Gift_Panel_Gift_Opt_Out', 'warning'],
        ['action that fails', 'c.Gift_Panel_Load_Failed', 'error']
    ])('says why no gift can be sent: %s', async (scenario, message, variant) => {
        const action = await open(SendGiftAction, scenario);

        expect(notices(action)).toEqual([{ message, variant }]);
        expect(all(action, 'a, lightning-spinner')).toEqual([]);
    });

    it('shows that it waits', async () => {
        const action = await open(SendGiftAction, 'action while loading');

        expect(all(action, 'lightning-spinner')).toHaveLength(1);
        expect(all(action, 'a')).toEqual([]);
    });

    it.each(['action', 'action with opt-out', 'action while loading'])('is accessible: %s', async (scenario) => {
        const action = await open(SendGiftAction, scenario);

        await expect(action).toBeAccessible();
    });
});
