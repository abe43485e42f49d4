import { fill, reasonOf, webAddress } from 'c/giftText';

describe('fill', () => {
    it('puts each value in its place, as often as it is named', () => {
        expect(fill('{1} for {0}, {0}', 'Nora', 2)).toBe('2 for Nora, Nora');
    });

    it('leaves a place without a value as it is', () => {
        expect(fill('{0} and {1}', 'one')).toBe('one and {1}');
    });

    it('does not look for places in the values', () => {
        expect(fill('{0}-{1}', '{1}', 'x')).toBe('{1}-x');
    });
});

describe('reasonOf', () => {
    it.each([
        ['one problem', { body: { message: 'No access.' } }, 'No access.'],
        ['several problems', { body: [{ message: 'One.' }, { message: 'Two.' }] }, 'One. Two.'],
        ['a script error', new TypeError('boom'), 'boom'],
        ['only a status', { body: {}, statusText: 'Bad Gateway' }, 'Bad Gateway'],
        ['nothing', undefined, 'c.Gift_Panel_Unknown_Error']
    ])('reads %s', (_, error, reason) => {
        expect(reasonOf(error)).toBe(reason);
    });
});

describe('webAddress', () => {
    it.each(['https://gifts.example.com/send?a=b', 'http://127.0.0.1:8000/send'])('accepts %s', (address) => {
        expect(webAddress(address)).toBe(address);
    });

    it.each([null, undefined, '', '/send', 'vbscript:x', 'data:text/html,x', ' https://x', 'https://a b'])(
        'refuses %s',
        (address) => {
            expect(webAddress(address)).toBeUndefined();
        }
    );
});
