const Navigate = Symbol('Navigate');
const GenerateUrl = Symbol('GenerateUrl');

/** Where components went, as page references; a test empties it. */
export const visited = [];

export const NavigationMixin = (Base) =>
    class extends Base {
        [Navigate](reference) {
            visited.push(reference);
        }

        async [GenerateUrl]({ attributes }) {
            return `/lightning/r/${attributes.objectApiName}/${attributes.recordId}/${attributes.actionName}`;
        }
    };
NavigationMixin.Navigate = Navigate;
NavigationMixin.GenerateUrl = GenerateUrl;
