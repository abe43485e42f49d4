"""GiftSync: links, their schedules, and runs."""

from datetime import time, timedelta

from connector.adapters.salesforce.planner import plan
from connector.parts.mapping import MappingParts
from connector.services.gift_sync.estimate_calls import EstimateCalls
from connector.services.gift_sync.find_campaigns import FindCampaigns
from connector.services.gift_sync.gift_campaign_choice import GiftCampaignChoice
from connector.services.gift_sync.link_campaign import LinkCampaign
from connector.services.gift_sync.manage_link import ManageLink
from connector.services.gift_sync.plan_sync import PlanSync
from connector.services.gift_sync.run_sync import RunSync
from connector.services.gift_sync.show_sync import ShowSync
from connector.services.gift_sync.start_sync import StartDueSyncs, StartSync


class GiftSyncParts(MappingParts):
    """From a campaign link to its runs."""

    @property
    def link_campaign(self) -> LinkCampaign:
        return LinkCampaign(self.store, self.open_org, self.open_provider, self.clock)

    @property
    def manage_link(self) -> ManageLink:
        return ManageLink(self.store, self.open_org, self.clock)

    @property
    def plan_sync(self) -> PlanSync:
        return PlanSync(self.store, self.open_org, self.clock, self.checkpoint)

    @property
    def run_sync(self) -> RunSync:
        return RunSync(self.store, self.open_org, self.clock, self.plan_sync, self.keep_mapping.follow)

    @property
    def start_sync(self) -> StartSync:
        return StartSync(self.store, self.clock)

    @property
    def start_due_syncs(self) -> StartDueSyncs:
        return StartDueSyncs(self.store, self.clock, self.default_sync_at)

    @property
    def show_sync(self) -> ShowSync:
        return ShowSync(self.store, self.clock, self.default_sync_at)

    @property
    def find_campaigns(self) -> FindCampaigns:
        return FindCampaigns(self.store, self.open_org)

    @property
    def gift_campaign_choice(self) -> GiftCampaignChoice:
        return GiftCampaignChoice(self.store, self.open_provider)

    @property
    def estimate_calls(self) -> EstimateCalls:
        return EstimateCalls(lambda writes: len(plan(writes)), self.settings.bulk_query_above)

    @property
    def default_sync_at(self) -> time | None:
        """The daily time, in UTC, of links without a schedule; None for none."""
        at = self.settings.daily_sync_at
        return time.fromisoformat(at) if at else None

    def forget_decisions(self) -> int:
        """Drop what is older than it is kept; how many."""
        before = self.clock() - timedelta(days=self.settings.keep_decisions_days)
        with self.store.write() as unit:
            return unit.decisions.forget(decided_before=before, keep_runs=self.settings.keep_decisions_runs)
