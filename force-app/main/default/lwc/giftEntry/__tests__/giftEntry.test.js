import GiftPanel from 'c/giftPanel';
import TIME_ZONE from '@salesforce/i18n/timeZone';
import { all, close, open } from 'org';

const entry = (panel, title) =>
    all(panel, 'c-gift-entry').find((candidate) => all(candidate, 'h3')[0].textContent === title);
const badge = (element) => all(element, '.slds-badge')[0];
const steps = (element) => all(element, 'c-gift-progress')[0];
const links = (element) => all(element, 'p a');

describe('c-gift-entry', () => {
    let panel;
    beforeEach(async () => {
        panel = await open(GiftPanel, 'several');
    });
    afterEach(close);

    it.each([
        ['G-000001', 'c.Gift_Panel_Requested', 0, false],
        ['A choice of three spring gifts', 'Clicked', 2, false],
        ['Hand-thrown coffee mugs, set of two, from a workshop in the Burren', 'Out For Delivery', 5, false],
        ['Single-origin chocolate', 'Delivered', 6, false],
        ['Wool blanket', 'c.Gift_Panel_Canceled', 1, true],
        ['G-000006', 'c.Gift_Panel_Expired', 2, true]
    ])('shows how far %s got', (title, status, reached, stopped) => {
        const element = entry(panel, title);

        expect(badge(element).textContent).toBe(status);
        expect(steps(element)).toMatchObject({ reached, stopped });
    });

    it('marks a delivered gift, and only that', () => {
        const marked = all(panel, '.slds-theme_success').map(({ textContent }) => textContent);

        expect(marked).toEqual(['Delivered']);
    });

    it("says why a gift is stuck, in the connector's words", () => {
        expect(all(entry(panel, 'G-000007'), 'c-gift-notice')[0]).toMatchObject({
            message: 'The budget of this month is used up.',
            variant: 'warning'
        });
    });

    it('links to the parcel, with a name that tells it from the others', () => {
        const title = 'Hand-thrown coffee mugs, set of two, from a workshop in the Burren';

        const [link] = links(entry(panel, title));

        expect(link.href).toBe('https://parcels.example.com/track/CE1');
        expect(link.textContent).toContain(title);
        expect(links(entry(panel, 'Wool blanket'))).toEqual([]);
    });

    it("tells days in the user's own time zone, as its steps do", () => {
        const [date] = all(entry(panel, 'Wool blanket'), 'lightning-formatted-date-time');

        expect(date.timeZone).toBe(TIME_ZONE);
    });

    it('has an address of its own, for a new tab', () => {
        expect(all(entry(panel, 'Wool blanket'), 'h3 a')[0].getAttribute('href')).toBe(
            '/lightning/r/Gift__c/a00000000000005AAA/view'
        );
    });
});

describe('c-gift-entry in another language', () => {
    afterEach(close);

    it("speaks of statuses in the org's words", async () => {
        const panel = await open(GiftPanel, 'german');

        const element = entry(panel, 'Single-origin chocolate');

        expect(badge(element).textContent).toBe('Zugestellt');
        expect(steps(element).steps.map(({ label }) => label)).toEqual([
            'Gesendet',
            'Geöffnet',
            'Angenommen',
            'In Bearbeitung',
            'In Zustellung',
            'Zugestellt'
        ]);
    });
});
