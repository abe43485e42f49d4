const Navigate = Symbol('Navigate');
const GenerateUrl = Symbol('GenerateUrl');

const addressOf = ({ attributes }) =>
    `/lightning/r/${attributes.objectApiName}/${attributes.recordId}/${attributes.actionName}`;

/** Notes where a component wants to go, instead of leaving the page. */
export const NavigationMixin = (Base) =>
    class extends Base {
        [Navigate](reference) {
            window.visited = [...(window.visited ?? []), addressOf(reference)];
        }

        async [GenerateUrl](reference) {
            return addressOf(reference);
        }
    };
NavigationMixin.Navigate = Navigate;
NavigationMixin.GenerateUrl = GenerateUrl;
