const Navigate = Symbol('Navigate');
const GenerateUrl = Symbol('GenerateUrl');

const addressOf = ({ attributes }) =>
    `/lightning/r/${attributes.objectApiName}/${attributes.recordId}/${attributes.actionName}`;

/** Goes where a component wants to go, where the page has a way to; otherwise notes it and stays. */
export const NavigationMixin = (Base) =>
    class extends Base {
        [Navigate](reference) {
            const stay = (address) => (window.visited = [...(window.visited ?? []), address]);
            (globalThis.navigate ?? stay)(addressOf(reference));
        }

        async [GenerateUrl](reference) {
            // The platform finds out where a component stands when it is put there, and knows no address before.
            if (!this.isConnected) {
                throw new Error('An address was asked for before the component was connected.');
            }
            return addressOf(reference);
        }
    };
NavigationMixin.Navigate = Navigate;
NavigationMixin.GenerateUrl = GenerateUrl;
