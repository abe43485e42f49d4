import path from 'node:path';
import { readPackage } from 'harness/lib/package-metadata.js';
import { ENDED, KNOWN_STATUSES, readStage } from 'c/giftStage';

const gift = (values) => ({
    fields: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]))
});

describe('readStage', () => {
    it('knows exactly the statuses of the package', () => {
        const { valueSets } = readPackage(path.resolve('force-app'));
        const statuses = new Set([...valueSets.get('Gift_Send_Status'), ...valueSets.get('Gift_Order_Status')]);

        expect(new Set(KNOWN_STATUSES)).toEqual(statuses);
    });

    it.each([
        ['a gift that is only requested', {}, 0, undefined],
        ['an invitation', { Send_Status__c: 'Sent', Order_Status__c: 'Pending' }, 1, 'Sent'],
        ['an opened invitation', { Send_Status__c: 'Clicked', Order_Status__c: 'Pending' }, 2, 'Clicked'],
        [
            'an accepted gift',
            { Send_Status__c: 'Submitted', Order_Status__c: 'Awaiting Fulfillment' },
            3,
            'Awaiting Fulfillment'
        ],
        ['an accepted gift, of which only the order is visible', { Order_Status__c: 'Awaiting Fulfillment' }, 3, 'Awaiting Fulfillment'],
        ['a gift being packed', { Send_Status__c: 'Submitted', Order_Status__c: 'In Fulfillment' }, 4, 'In Fulfillment'],
        ['a gift sent in part', { Order_Status__c: 'Partially Shipped' }, 4, 'Partially Shipped'],
        ['a gift on its way', { Order_Status__c: 'Out For Delivery' }, 5, 'Out For Delivery'],
        ['a gift delivered in part', { Order_Status__c: 'Partially Delivered' }, 5, 'Partially Delivered'],
        ['a delivered gift', { Order_Status__c: 'Delivered' }, 6, 'Delivered'],
        ['a status from a later version', { Send_Status__c: 'Sent', Order_Status__c: 'Beamed' }, 1, 'Beamed'],
        ['dates alone', { Sent_Date__c: '2026-03-01', Shipped_Date__c: '2026-03-04' }, 5, undefined]
    ])('counts the steps of %s', (_, values, reached, status) => {
        const stage = readStage(gift(values));

        expect(stage).toMatchObject({ reached, status, ended: undefined });
    });

    it.each([
        ['canceled', { Send_Status__c: 'Canceled', Canceled_Date__c: '2026-03-01' }, ENDED.CANCELED],
        ['expired', { Send_Status__c: 'Canceled', Expired_Date__c: '2026-03-01' }, ENDED.EXPIRED],
        [
            'canceled after it expired',
            { Canceled_Date__c: '2026-03-02', Expired_Date__c: '2026-03-01' },
            ENDED.CANCELED
        ],
        ['canceled, with its dates out of sight', { Order_Status__c: 'Canceled' }, ENDED.CANCELED],
        ['delivered although it was canceled', { Delivered_Date__c: '2026-03-03', Canceled_Date__c: '2026-03-01' }, undefined]
    ])('tells how a gift ended that was %s', (_, values, ended) => {
        expect(readStage(gift(values)).ended).toBe(ended);
    });

    it('keeps the steps a canceled gift had behind it', () => {
        const values = { Send_Status__c: 'Canceled', Clicked_Date__c: '2026-03-02', Canceled_Date__c: '2026-03-05' };

        expect(readStage(gift(values))).toMatchObject({ reached: 2, since: '2026-03-05' });
    });

    it('takes the latest moment, whatever the form of its text', () => {
        const values = { Sent_Date__c: '2026-03-01T23:30:00.000Z', Clicked_Date__c: '2026-03-02T00:15:00.000+01:00' };

        expect(readStage(gift(values)).since).toBe('2026-03-01T23:30:00.000Z');
    });
});
