import GiftPanel from 'c/giftPanel';
import SendGiftAction from 'c/sendGiftAction';
import { all, close, open } from 'org';

jest.mock('@salesforce/customPermission/Send_Gifts', () => ({ default: undefined }), { virtual: true });

const messages = (element) => all(element, 'c-gift-notice').map(({ message }) => message);

describe('for a user who may not send gifts', () => {
    afterEach(close);

    it('the panel lists gifts and offers no way to send one', async () => {
        const panel = await open(GiftPanel, 'viewer');

        expect(all(panel, 'h3')).toHaveLength(7);
        expect(all(panel, 'a.slds-button_brand')).toEqual([]);
    });

    it('the panel still says that a person wants no gifts', async () => {
        const panel = await open(GiftPanel, 'viewer of an opt-out');

        expect(messages(panel)).toEqual(['c.Gift_Panel_Gift_Opt_Out']);
    });

    it('the panel keeps quiet about what keeps others from sending', async () => {
        const panel = await open(GiftPanel, 'no e-mail');

        expect(messages(panel)).toEqual([]);
    });

    it('the quick action says so', async () => {
        const action = await open(SendGiftAction, 'action');

        expect(messages(action)).toEqual(['c.Gift_Panel_No_Permission']);
        expect(all(action, 'a')).toEqual([]);
    });
});
