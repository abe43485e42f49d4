"""GiftSyncs in a world of fakes: how a link is managed, what the worker does, and the runs that came."""

from connector.domain.campaign_link import CampaignLink
from connector.services.gift_sync.manage_link import ManageLink
from connector.services.gift_sync.run_sync import RunSync
from connector.services.jobs import DispatchJobs, Job
from connector.services.storage.sync import SyncRun
from tests.connector.world import World


def manage(world: World) -> ManageLink:
    return ManageLink(world.store, world.open_org, world.clock)


def run_jobs(world: World) -> None:
    sync = RunSync(world.store, world.open_org, world.clock, world.plan_sync)
    world.engine.run(
        {
            Job.REQUEST_GIFTS: world.request_gifts,
            Job.WRITE_BACK: world.write_back,
            Job.PLAN_SYNC: sync,
        }
    )
    DispatchJobs(world.store, world.engine, world.checkpoint)()


def runs(world: World, link: CampaignLink) -> list[SyncRun]:
    with world.store.read() as unit:
        return unit.runs.of_link(link.link_id, offset=0, limit=100)
