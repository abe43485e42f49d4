"""Rules that belong to single objects, in one table."""

from dataclasses import replace

from emulators.salesforce.dml.rules import (
    activities,
    campaigns,
    cases,
    files,
    leads,
    members,
    opportunities,
    people,
    permissions,
    prices,
)
from emulators.salesforce.dml.rules.registry import ObjectRules

NO_RULES = ObjectRules()

_TELLS = ObjectRules(
    after=(permissions.tell_rights_changed,), after_delete=(permissions.tell_rights_withdrawn,)
)

RULES = {
    "Contact": ObjectRules(prepare=(people.compose_name,), after=(members.refresh_members,)),
    "Lead": ObjectRules(
        prepare=(people.compose_name,), check=(leads.keep_converted,), after=(members.refresh_members,)
    ),
    "User": ObjectRules(prepare=(people.compose_name,)),
    "Campaign": ObjectRules(prepare=(campaigns.start_counts,), after=(campaigns.give_first_statuses,)),
    "CampaignMemberStatus": ObjectRules(
        prepare=(campaigns.number_status,),
        check=(campaigns.check_status,),
        after=(campaigns.settle_status,),
        before_delete=(campaigns.keep_needed_status,),
    ),
    "CampaignMember": ObjectRules(
        prepare=(members.settle_person, members.settle_status),
        check=(members.check_member,),
        after=(members.count_member,),
        after_delete=(members.uncount_member,),
        after_undelete=(members.recount_member,),
    ),
    "Opportunity": ObjectRules(
        prepare=(opportunities.settle_stage, opportunities.settle_period),
        after=(opportunities.recount_campaigns,),
        after_delete=(opportunities.recount_campaign,),
        after_undelete=(opportunities.recount_campaign,),
    ),
    "Case": ObjectRules(prepare=(cases.settle_case,)),
    "Task": ObjectRules(
        prepare=(activities.settle_task, activities.settle_account), check=(activities.check_lead_alone,)
    ),
    "Event": ObjectRules(prepare=(activities.settle_account,), check=(activities.check_lead_alone,)),
    "PermissionSetAssignment": ObjectRules(
        check=(permissions.check_assignment,),
        after=(permissions.tell_rights_changed,),
        after_delete=(permissions.tell_rights_withdrawn,),
    ),
    "Attachment": ObjectRules(prepare=(files.measure_attachment,)),
    "ContentVersion": ObjectRules(
        prepare=(files.settle_version,), check=(files.require_data,), after=(files.publish,)
    ),
    "PricebookEntry": ObjectRules(prepare=(prices.take_names,), check=(prices.check_single,)),
    "ObjectPermissions": _TELLS,
    "FieldPermissions": replace(_TELLS, check=(permissions.check_field,)),
}
