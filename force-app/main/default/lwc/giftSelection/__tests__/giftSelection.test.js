import GiftSelection from 'c/giftSelection';
import { all, close, open } from 'org';

const notices = (element) => all(element, 'c-gift-notice').map(({ message, variant }) => ({ message, variant }));

describe('c-gift-selection', () => {
    afterEach(close);

    it.each([
        ['selection', '&object=Contact&ids=003000000000001AAA,003000000000002AAA'],
        ['selection of a lead', '&object=Lead&ids=00Q000000000001AAA'],
        ['selection of somebody twice', '&object=Contact&ids=003000000000001AAA']
    ])('leads to the connector with the people selected: %s', async (scenario, end) => {
        const screen = await open(GiftSelection, scenario);

        const [link] = all(screen, 'a');

        expect(link.href).toBe(`https://gifts.example.com/send?org=00D000000000001EAA${end}`);
        expect(link).toMatchObject({ target: '_blank', rel: 'noopener noreferrer' });
    });

    it.each([
        ['selection of nobody', 'c.Gift_Panel_None_Selected', 'info'],
        ['selection that is missing', 'c.Gift_Panel_None_Selected', 'info'],
        ['selection of accounts', 'c.Gift_Panel_None_Selected', 'info'],
        ['selection of too many', 'c.Gift_Panel_Too_Many', 'warning'],
        ['selection without address', 'c.Gift_Panel_Not_Connected', 'info'],
        ['selection with a script', 'c.Gift_Panel_Not_Connected', 'info']
    ])('says why nobody can be sent a gift: %s', async (scenario, message, variant) => {
        const screen = await open(GiftSelection, scenario);

        expect(notices(screen)).toEqual([{ message, variant }]);
        expect(all(screen, 'a')).toEqual([]);
    });

    it.each(['selection', 'selection of nobody'])('is accessible: %s', async (scenario) => {
        const screen = await open(GiftSelection, scenario);

        await expect(screen).toBeAccessible();
    });
});
