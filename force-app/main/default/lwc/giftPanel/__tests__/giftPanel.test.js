import GiftPanel from 'c/giftPanel';
import { all, close, open, requests, settled } from 'org';
import { SCENARIOS } from 'harness/scenarios.js';

const texts = (element, selector) => all(element, selector).map(({ textContent }) => textContent.trim());
const notices = (element) => all(element, 'c-gift-notice').map(({ message, variant }) => ({ message, variant }));
const sendLinks = (element) => all(element, 'a.slds-button_brand');
const card = (element) => all(element, 'lightning-card')[0];
const button = (element, tag) => all(element, tag)[0];

describe('c-gift-panel', () => {
    afterEach(close);

    it('lists the gifts, the newest first, with their number', async () => {
        const panel = await open(GiftPanel, 'several');

        expect(texts(panel, 'h3')).toEqual([
            'G-000001',
            'A choice of three spring gifts',
            'Hand-thrown coffee mugs, set of two, from a workshop in the Burren',
            'Single-origin chocolate',
            'Wool blanket',
            'G-000006',
            'G-000007'
        ]);
        expect(card(panel).title).toBe('c.Gift_Panel_Title (7)');
        expect(all(panel, 'lightning-formatted-number')[0]).toMatchObject({ value: 312.4, currencyCode: 'USD' });
    });

    it.each(['several', 'many', 'none', 'gift opt-out', 'no access', 'failure', 'loading', 'wrong field'])(
        'is accessible: %s',
        async (scenario) => {
            const panel = await open(GiftPanel, scenario);

            await expect(panel).toBeAccessible();
        }
    );

    it('links to the sending page, in a new window that learns nothing of this one', async () => {
        const panel = await open(GiftPanel, 'several');

        const [link] = sendLinks(panel);
        expect(link.href).toMatch(/^https:\/\/gifts\.example\.com\/send\?org=.*&record=003000000000001AAA$/);
        expect(link).toMatchObject({ target: '_blank', rel: 'noopener noreferrer' });
    });

    it('works the same for a Lead', async () => {
        const panel = await open(GiftPanel, 'lead');

        expect(texts(panel, 'h3')).toEqual(['A choice of three spring gifts']);
        expect(sendLinks(panel)[0].href).toContain('object=Lead');
    });

    it.each([
        ['gift opt-out', 'c.Gift_Panel_Gift_Opt_Out', 'warning'],
        ['e-mail opt-out', 'c.Gift_Panel_Email_Opt_Out', 'warning'],
        ['no e-mail', 'c.Gift_Panel_No_Email', 'info'],
        ['not connected', 'c.Gift_Panel_Not_Connected', 'info'],
        ['script as link', 'c.Gift_Panel_Not_Connected', 'info']
    ])('says why no gift can be sent, and shows the earlier ones: %s', async (scenario, message, variant) => {
        const panel = await open(GiftPanel, scenario);

        expect(notices(panel)).toEqual([{ message, variant }]);
        expect(sendLinks(panel)).toEqual([]);
        expect(texts(panel, 'h3')).toEqual(['Single-origin chocolate']);
    });

    it.each([
        ['no access', 'c.Gift_Panel_No_Access', 'info'],
        ['failure', 'c.Gift_Panel_Load_Failed', 'error'],
        ['failure of the start', 'c.Gift_Panel_Load_Failed', 'error'],
        ['failure of the page', 'c.Gift_Panel_Load_Failed', 'error'],
        ['wrong field', 'c.Gift_Panel_Wrong_Field', 'warning'],
        ['nobody named', 'c.Gift_Panel_No_Recipient', 'info'],
        ['no relationship', 'c.Gift_Panel_No_Relationship', 'warning']
    ])('says why there is no list: %s', async (scenario, message, variant) => {
        const panel = await open(GiftPanel, scenario);

        expect(notices(panel)).toEqual([{ message, variant }]);
        expect(all(panel, 'lightning-spinner, ul.gifts, a.slds-button_brand')).toEqual([]);
        expect(card(panel).title).toBe('c.Gift_Panel_Title');
    });

    it('says that there are no gifts yet', async () => {
        const panel = await open(GiftPanel, 'none');

        expect(texts(panel, 'p')).toContain('c.Gift_Panel_No_Gifts');
        expect(all(panel, 'dl')).toEqual([]);
        expect(sendLinks(panel)).toHaveLength(1);
    });

    it('shows that it waits', async () => {
        const panel = await open(GiftPanel, 'loading');

        expect(all(panel, 'lightning-spinner')).toHaveLength(1);
        expect(all(panel, '[aria-busy="true"]')).toHaveLength(1);
    });

    it('shows more gifts on demand, and moves on to the first of them', async () => {
        const panel = await open(GiftPanel, 'many');
        expect(texts(panel, 'h3')).toHaveLength(5);
        expect(card(panel).title).toBe('c.Gift_Panel_Title (23)');

        button(panel, 'lightning-button').click();
        await settled();

        expect(texts(panel, 'h3')).toHaveLength(10);
        expect(all(panel, 'c-gift-entry')[5].shadowRoot.activeElement.textContent).toBe('Gift of March 18');
        expect(texts(panel, 'p[role="status"]')).toContain('c.Gift_Panel_Shown');
        expect(button(panel, 'lightning-button').disabled).toBe(false);
    });

    it('offers no more when all are shown', async () => {
        const panel = await open(GiftPanel, 'several');

        expect(button(panel, 'lightning-button')).toBeUndefined();
    });

    it('reads again what changes when asked to', async () => {
        const panel = await open(GiftPanel, 'several');
        const before = requests.length;

        button(panel, 'lightning-button-icon').click();
        await settled();

        expect(requests.slice(before).map(([path]) => path)).toEqual([
            'related-list-records/003000000000001AAA/Gifts__r',
            'related-list-count/003000000000001AAA/Gifts__r',
            'records/003000000000001AAA'
        ]);
    });

    it.each([
        ['failure of the start', 'object-info/Gift__c'],
        ['failure of the page', 'records/001000000000001AAA']
    ])('reads again what failed, and comes back: %s', async (scenario, path) => {
        const panel = await open(GiftPanel, scenario);
        const { faults } = SCENARIOS[scenario];
        const before = requests.length;

        SCENARIOS[scenario].faults = undefined;
        button(panel, 'lightning-button-icon').click();
        await settled();
        SCENARIOS[scenario].faults = faults;

        expect(requests[before][0]).toBe(path);
        expect(notices(panel).filter(({ variant }) => variant === 'error')).toEqual([]);
        expect(texts(panel, 'h3')).not.toEqual([]);
    });

    it('fails quietly when what is read again fails again', async () => {
        const panel = await open(GiftPanel, 'failure');

        button(panel, 'lightning-button-icon').click();
        await settled();

        expect(notices(panel)).toEqual([{ message: 'c.Gift_Panel_Load_Failed', variant: 'error' }]);
    });

    it("shows nobody's gifts under another's name while the other's are read", async () => {
        const panel = await open(GiftPanel, 'several');

        SCENARIOS.several.silent = /^related-list-records/;
        panel.recordId = '003000000000009AAA';
        await settled();
        delete SCENARIOS.several.silent;

        expect(texts(panel, 'h3')).toEqual([]);
        expect(all(panel, 'lightning-spinner')).toHaveLength(1);
    });

    it('opens a gift within the app', async () => {
        const panel = await open(GiftPanel, 'gift opt-out');

        all(panel, 'h3 a')[0].click();

        expect(window.visited).toEqual(['/lightning/r/Gift__c/a00000000000004AAA/view']);
    });

    it.each(['ctrlKey', 'metaKey', 'shiftKey'])('leaves a click with %s to the browser', async (key) => {
        const panel = await open(GiftPanel, 'gift opt-out');
        const left = [];
        const browser = (event) => {
            left.push(!event.defaultPrevented);
            event.preventDefault();
        };
        document.addEventListener('click', browser, { once: true });

        const click = new MouseEvent('click', { bubbles: true, composed: true, cancelable: true, [key]: true });
        all(panel, 'h3 a')[0].dispatchEvent(click);

        expect(left).toEqual([true]);
        expect(window.visited).toEqual([]);
    });

    it("shows an account's own gifts, and nobody to send one to", async () => {
        const panel = await open(GiftPanel, 'account');

        expect(texts(panel, 'h3')).toEqual(['Single-origin chocolate']);
        expect(sendLinks(panel)).toEqual([]);
    });

    it('follows the recipient field to the person and reads nothing of the page but that', async () => {
        const panel = await open(GiftPanel, 'person account');

        expect(sendLinks(panel)).toHaveLength(1);
        expect(texts(panel, 'h3')).toHaveLength(5);
        expect(requests.map(([path, { fields }]) => [path, fields])).toContainEqual([
            'records/001000000000001AAA',
            'Account.PersonContactId'
        ]);
    });

    it('leaves out what the user may not see', async () => {
        const panel = await open(GiftPanel, 'few fields visible');

        expect(texts(panel, 'h3')).toEqual(['G-000004']);
        expect(all(panel, 'lightning-formatted-number')).toEqual([]);
        expect(sendLinks(panel)).toHaveLength(1);
    });

    it('takes the currency of each record where there are several', async () => {
        const panel = await open(GiftPanel, 'several currencies');

        const currencies = all(panel, 'lightning-formatted-number').map(({ currencyCode }) => currencyCode);
        expect(currencies).toEqual(['EUR', 'GBP']);
    });

    it.each([
        [undefined, 5],
        ['nonsense', 5],
        [0, 5],
        [-3, 1],
        ['7', 7]
    ])('reads a page size of %s as %s', async (given, pageSize) => {
        const panel = await open(GiftPanel, 'none');

        panel.pageSize = given;

        expect(panel.pageSize).toBe(pageSize);
    });

    it('treats a recipient field of blanks as none', async () => {
        const panel = await open(GiftPanel, 'none');

        panel.recipientField = '  ';

        expect(panel.recipientField).toBeUndefined();
    });
});
